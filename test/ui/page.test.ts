import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reply, systemStatus } from "./support/gateway.ts";
import { browserPath, startBrowser, withBuiltPage } from "./support/page.ts";
import { openScreen } from "./support/screen.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const mail = () =>
	reply({
		status: "confirm",
		reply: "Shall I send it?",
		server: "communication",
		tool: "send_email",
		arguments: { to: "anna@example.org" },
		confidence: 0.9,
		confirmation: {
			id: "c1",
			summary: "Send a mail to anna@example.org: Lunch at noon?",
			expires_at: new Date(Date.now() + 60_000).toISOString(),
		},
	});

describe.skipIf(browserPath() === undefined)("the page", () => {
	const withGateway = withBuiltPage();
	let browser: Browser;

	beforeAll(async () => {
		browser = await startBrowser();
	});
	afterAll(() => browser?.close());

	test("the printed address signs in, leaves the address bar at once and survives a reload", () =>
		withGateway(async (gateway) => {
			const { page, see, trouble } = await openScreen(browser, gateway);
			expect(page.url()).toBe(`${gateway.url}/`);
			expect(gateway.tokenRequests()).toEqual([{ grant_type: "one_time_token", token: "once" }]);
			await page.reload();
			await see("header", "servers ready");
			expect(trouble).toEqual([]);
		}));

	test("a server that needs a sign-in shows what happened to it, and is signed in at in a tab of its own", () =>
		withGateway(async (gateway) => {
			const { page, context, see, trouble } = await openScreen(browser, gateway);
			const notes = { ...systemStatus.servers[0], name: "notes", title: "notes", requirements: [], replicas: [] };
			const needs = { ...notes, type: "mcp", status: "degraded" as const, tools: 0, sign_in: "needed" as const };
			const history = [{ at: new Date().toISOString(), status: "unhealthy" as const, reason: "It can't be reached." }];
			gateway.emit("status", { ...systemStatus, servers: [{ ...needs, reason: "notes needs a sign-in.", history }] });
			await see("aside", "notes needs a sign-in.");
			await page.click("aside summary");
			await see("aside ol", "Not answering It can't be reached.");
			const tab = context.waitForTarget((target) => target.url().includes("state=s1"));
			await page.click("aside button");
			await tab;
			expect(page.url()).toBe(`${gateway.url}/`);
			expect(trouble).toEqual([]);
		}));

	test("Settings show the applications that were let in, and sign one out", () =>
		withGateway(async (gateway) => {
			const { page, see, trouble } = await openScreen(browser, gateway);
			await page.click("header button:last-of-type");
			await see("dialog li", "python: read, write");
			await page.click("dialog li button");
			await page.waitForFunction(() => !document.querySelector("dialog")?.textContent?.includes("An MCP client"));
			expect(trouble).toEqual([]);
		}));

	test("without a link it asks for name and password, and says when they are wrong", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway, { path: "/" });
			await see("h1", "Sign in");
			await page.type("[name=username]", "admin");
			await page.type("[name=password]", "wrong");
			await page.keyboard.press("Enter");
			await see("[role=alert]", "The name or the password is wrong.");
			await page.click("[name=password]", { count: 3 });
			await page.type("[name=password]", "right");
			await page.keyboard.press("Enter");
			await see("header", "servers ready");
		}));

	test("when the sign-in ends it says so, and the text being written is still there afterwards", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway);
			await page.type("#words", "remember the milk");
			gateway.refuseTokens(true);
			await gateway.stop();
			await gateway.start();
			await see("main", "Your sign-in has ended");
			gateway.refuseTokens(false);
			await page.type("[name=username]", "admin");
			await page.type("[name=password]", "right");
			await page.keyboard.press("Enter");
			await page.waitForSelector("#words");
			expect(await written(page)).toBe("remember the milk");
		}));

	test("a typed command is answered, all by keyboard", () =>
		withGateway(async (gateway) => {
			gateway.onCommand((text, emit) => {
				const call = { server: "main", tool: "get_time", arguments: {}, confidence: 1 };
				const answer = reply({ reply: `You asked: ${text}`, ...call });
				emit("intent", { turn: answer.turn, ...call });
				emit("reply", answer);
				return answer;
			});
			const { page, see, tabTo } = await openScreen(browser, gateway);
			await page.keyboard.press("Tab");
			await tabTo("Talk");
			await page.keyboard.press("Tab");
			await page.keyboard.press("Tab");
			for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
			expect(await page.evaluate(() => document.activeElement?.id)).toBe("words");
			await page.keyboard.type("what time is it");
			await page.keyboard.press("Enter");
			await see("[data-part=answer]", "You asked: what time is it");
			await see("[data-part=understood]", "main server");
			expect(await written(page)).toBe("");
			expect(await page.$$eval("ol > li", (items) => items.length)).toBe(1);
		}));

	test("a confirmation is read back and answered by keyboard; a stray Enter approves nothing", () =>
		withGateway(async (gateway) => {
			gateway.onCommand(mail);
			gateway.onConfirm(() => reply({ reply: "The mail is sent.", server: "communication", tool: "send_email" }));
			const { page, see, type, tabTo } = await openScreen(browser, gateway);
			await type("mail anna");
			await see("[aria-label=Confirmation]", "Send a mail to anna@example.org: Lunch at noon?");
			await see("[data-part=announcer]", "Please confirm: Send a mail to anna@example.org");
			await page.keyboard.press("Enter");
			expect(gateway.received.filter(({ name }) => name === "confirm")).toEqual([]);
			await tabTo("Approve");
			await page.keyboard.press("Enter");
			expect(await gateway.sent("confirm")).toEqual({ id: "c1", approve: true });
			await see("[data-part=answer]", "The mail is sent.");
		}));

	test("Escape refuses a confirmation", () =>
		withGateway(async (gateway) => {
			gateway.onCommand(mail);
			gateway.onConfirm(() => reply({ reply: "All right, I won't." }));
			const { page, see, type } = await openScreen(browser, gateway);
			await type("mail anna");
			await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Confirmation");
			await page.keyboard.press("Escape");
			expect(await gateway.sent("confirm")).toEqual({ id: "c1", approve: false });
			await see("[data-part=answer]", "All right, I won't.");
		}));

	test("a question is shown, and the text box is where it is answered", () =>
		withGateway(async (gateway) => {
			gateway.onCommand(() =>
				reply({ status: "ask", reply: "For how long?", question: { slot: "seconds", text: "For how long?" } }),
			);
			const { page, see, type } = await openScreen(browser, gateway);
			await type("set a timer");
			await see("[data-part=answer]", "For how long?");
			expect(await page.$eval("#words", (box) => box.getAttribute("placeholder"))).toBe("For how long?");
		}));

	test("while the connection is away the text is kept, and it comes back by itself", () =>
		withGateway(async (gateway) => {
			const { page, see, type } = await openScreen(browser, gateway);
			await gateway.stop();
			await see("[role=alert]", "The connection to AIOS dropped");
			await type("hello again");
			await see("form [role=status]", "Not connected. Your text is kept.");
			expect(await written(page)).toBe("hello again");
			await gateway.start();
			await see("form [role=status]", "Connected again");
			await page.keyboard.press("Enter");
			await see("[data-part=answer]", "You typed hello again.");
		}));

	test("a drop before the answer says that nobody knows, and offers to send it again", () =>
		withGateway(async (gateway) => {
			gateway.onCommand(() => new Promise(() => undefined));
			const { page, see, type } = await openScreen(browser, gateway);
			await type("delete the report");
			await gateway.sent("command");
			await gateway.stop();
			await see("[data-part=problem]", "It may have been carried out");
			await gateway.start();
			await see("header", "servers ready");
			gateway.onCommand(() => reply({ reply: "Deleted." }));
			await page.click("[data-part=problem] button");
			await see("[data-part=answer]", "Deleted.");
			expect(gateway.received.filter(({ name }) => name === "command")).toHaveLength(2);
		}));

	test("markup in what is said, answered or found stays text", () =>
		withGateway(async (gateway) => {
			const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
			gateway.onCommand(() =>
				reply({
					reply: evil,
					server: "main",
					tool: evil,
					arguments: { [evil]: evil },
					result: { rows: [{ [evil]: "javascript:alert(1)", link: evil }] },
					attachments: [{ mimeType: "image/svg+xml", data: btoa(evil), name: evil }],
				}),
			);
			const { page, see, type } = await openScreen(browser, gateway);
			await type(evil);
			await see("[data-part=answer]", evil);
			await page.click("details summary");
			gateway.emit("transcript:final", { turn: "spoken", text: evil, ms: 1 });
			await see("[data-part=words]", evil);
			gateway.emit("error", { code: "internal", message: evil, fix: evil });
			await see("[role=alert]", evil);
			expect(await page.title()).toBe("AIOS");
			expect(await page.$$("main img, main script, a[href^=javascript]")).toHaveLength(0);
		}));

	test("a sentence found under “What can I say?” lands in the text box", () =>
		withGateway(async (gateway) => {
			const { page, see, tabTo } = await openScreen(browser, gateway);
			await tabTo("What can I say?");
			await page.keyboard.press("Enter");
			await page.waitForSelector("dialog[open]");
			await page.type("dialog input", "mail");
			await see("dialog [role=status]", "1 of 5 tools");
			await tabTo("Send an email to Anna");
			await page.keyboard.press("Enter");
			await page.waitForFunction(() => document.activeElement?.id === "words");
			expect(await written(page)).toBe("Send an email to Anna");
		}));

	test("a model on its way shows how far it is", () =>
		withGateway(async (gateway) => {
			const { see } = await openScreen(browser, gateway);
			gateway.emit("model:progress", {
				model: "whisper-tiny.en",
				received: 31_000_000,
				total: 102_000_000,
				state: "downloading",
			});
			await see("aside", "31 MB of 102 MB");
			gateway.emit("model:progress", {
				model: "whisper-tiny.en",
				received: 31_000_000,
				total: 102_000_000,
				state: "failed",
				message: "No network. Connect and try again.",
			});
			await see("aside", "No network. Connect and try again.");
		}));

	test("at no size is anything cut off sideways", () =>
		withGateway(async (gateway) => {
			gateway.onCommand(mail);
			const { page, see, type } = await openScreen(browser, gateway, { width: 320, height: 640 });
			await type(`send ${"averyveryverylongword".repeat(8)}`);
			await see("[aria-label=Confirmation]", "Send a mail");
			for (const [width, height] of [
				[320, 640],
				[360, 740],
				[768, 1024],
				[1280, 800],
				[3840, 2160],
			] as const) {
				await page.setViewport({ width, height });
				expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
			}
		}));

	test("a person who knows their password sets another, and stays signed in here", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway);
			await page.click("header button:last-of-type");
			for (const [current, said] of [
				["guessed", "That is not the password you have now."],
				["right", "Changed."],
			] as const) {
				await page.click("#current-password", { count: 3 });
				await page.type("#current-password", current);
				await page.click("#new-password", { count: 3 });
				await page.type("#new-password", "correct horse");
				await page.keyboard.press("Enter");
				await see("dialog [role=status]", said);
			}
			await see("header", "servers ready");
		}));

	test.each(["light", "dark"] as const)("in %s colours nothing keeps people out (axe, WCAG 2.2 AA)", (scheme) =>
		withGateway(async (gateway) => {
			const { page, see, type } = await openScreen(browser, gateway, { scheme });
			await page.emulateMediaFeatures([
				{ name: "prefers-color-scheme", value: scheme },
				{ name: "prefers-reduced-motion", value: "reduce" },
			]);
			expect(await violations(page)).toEqual([]);
			gateway.onCommand(() =>
				reply({
					reply: "Here.",
					server: "main",
					tool: "get_time",
					arguments: { zone: "UTC" },
					result: { rows: [{ a: 1 }] },
				}),
			);
			await type("time");
			await see("[data-part=answer]", "Here.");
			await page.click("details summary");
			gateway.emit("error", { code: "internal", message: "Something is wrong", fix: "Try again." });
			await see("[role=alert]", "Something is wrong");
			expect(await violations(page)).toEqual([]);
			gateway.onCommand(mail);
			await type("mail");
			await see("[aria-label=Confirmation]", "Send a mail");
			expect(await violations(page)).toEqual([]);
			for (const name of ["What can I say?", "Settings"]) {
				await page.evaluate((label) => {
					[...document.querySelectorAll("header button")]
						.find((b) => b.textContent === label)
						?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
				}, name);
				await see("dialog h2", name);
				expect(await violations(page)).toEqual([]);
				await page.keyboard.press("Escape");
				await page.waitForFunction(() => document.querySelector("dialog") === null);
			}
			const form = await openScreen(browser, gateway, { scheme, path: "/" });
			await form.see("h1", "Sign in");
			expect(await violations(form.page)).toEqual([]);
		}),
	);
});

function written(page: Page): Promise<string> {
	return page.$eval("#words", (box) => (box as HTMLTextAreaElement).value);
}

/** What axe finds, as "rule: element". */
async function violations(page: Page): Promise<string[]> {
	await page.evaluate(axe);
	const found = (await page.evaluate("axe.run()")) as { violations: { id: string; nodes: { html: string }[] }[] };
	return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

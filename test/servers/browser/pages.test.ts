import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { goBack, pressKey, scroll, selectOption } from "../../../servers/browser/tools/act.ts";
import { click, followLink } from "../../../servers/browser/tools/click.ts";
import { cancelDownload, download, downloadStatus } from "../../../servers/browser/tools/download.ts";
import { openUrl } from "../../../servers/browser/tools/open-url.ts";
import { readPage } from "../../../servers/browser/tools/read-page.ts";
import { pdf, screenshot } from "../../../servers/browser/tools/save.ts";
import { snapshot } from "../../../servers/browser/tools/snapshot.ts";
import { closeTab, listTabs, switchTab } from "../../../servers/browser/tools/tabs.ts";
import { fillForm, typeText } from "../../../servers/browser/tools/type-text.ts";
import { hasBrowser, html, startBrowser, startSite, type TestBrowser } from "./harness.ts";

const sentence = "The harbour of the old town was built by hand, stone by stone, and it took them forty years. ";

describe.skipIf(!hasBrowser)("a page", () => {
	let browser: TestBrowser;
	let site: ReturnType<typeof startSite>;
	let sent: FormData | undefined;
	let letGo: () => void = () => {};

	beforeAll(async () => {
		browser = await startBrowser();
		site = startSite({
			"/": `<title>Start</title><nav><a href="/article">The article</a> <a href="/form">The form</a></nav>
				<h1>Welcome</h1><a href="/article">Read it</a> <a href="/form" target="_blank">Form in a tab</a>
				<button onclick="document.querySelector('output').textContent = 'pressed'">Press me</button><output>idle</output>`,
			"/article": `<html lang=en><title>The harbour | News</title><body><nav><a href="/">Home</a><a href="/x">Sports</a></nav>
				<article><h1>The harbour</h1><p>${sentence.repeat(6)}</p><h2>Prices</h2>
				<table><thead><tr><th>Boat<th>Price</thead><tr><td>Small<td>5</table>
				<ul><li>One<li>Two</ul><p>See <a href="/more">the list</a>. ${sentence.repeat(6)}</p><p>The end of it.</p></article>
				<footer>Cookies, imprint</footer></body></html>`,
			"/form": `<title>Form</title><form action="/sent" method="post" enctype="multipart/form-data">
				<label>Name <input name="name" value="old"></label><label>E-mail <input name="mail" type="email" required></label>
				<label>Notes <textarea name="notes"></textarea></label>
				<label>Country <select name="country"><option value="">Choose<option value="de">Germany<option value="fr">France<option value="x" disabled>Nowhere</select></label>
				<label><input type="checkbox" name="news"> Newsletter</label><label>Photo <input type="file" name="photo"></label>
				<button>Send it</button></form>`,
			"/sent": async (request) => {
				sent = await request.formData();
				return html("<title>Sent</title><h1>Thank you</h1>");
			},
			"/long": `<title>Long</title>${"<p>line</p>".repeat(400)}<button>At the end</button>`,
			"/frame": `<title>Frame</title><iframe srcdoc="<button onclick=&quot;this.textContent='done'&quot;>Inner</button>"></iframe>
				<my-box></my-box><script>customElements.define("my-box", class extends HTMLElement {
					constructor() { super(); this.attachShadow({mode: "open"}).innerHTML = "<p>In the shadow</p><button>Shadow button</button>"; } });</script>`,
			"/missing-soon": `<title>Changing</title><button id=b onclick="this.remove()">Away</button>`,
			"/file": new Response("file content", { headers: { "content-type": "text/plain" } }),
			"/report": () =>
				new Response("a,b\n1,2\n", { headers: { "content-disposition": 'attachment; filename="report.csv"' } }),
			"/downloads": `<title>Downloads</title><a href="/report">The report</a>`,
			"/gone": () => new Response("gone", { status: 410 }),
			"/endless": () =>
				new Response(
					new ReadableStream({
						async start(controller) {
							controller.enqueue(new Uint8Array(1_000));
							await new Promise<void>((resolve) => {
								letGo = resolve;
							});
							controller.close();
						},
					}),
					{ headers: { "content-type": "application/octet-stream" } },
				),
		});
	});
	beforeEach(async () => {
		await browser.call(openUrl, { url: site.url("/") });
	});
	afterAll(async () => {
		letGo();
		await browser.stop();
		site.stop();
	});

	const refOf = async (line: RegExp) => {
		const { tree } = (await browser.call(snapshot)).output;
		const found = tree.split("\n").find((one) => line.test(one));
		return /\[(e\d+)\]/.exec(found ?? "")?.[1] ?? `not found in ${tree}`;
	};

	test("is opened and said by its title; an error of the site is said too", async () => {
		expect((await browser.call(openUrl, { url: site.url("/article") })).say).toBe("The harbour | News, on 127.0.0.1.");
		const { output, say } = await browser.call(openUrl, { url: site.url("/gone") });
		expect(output.status).toBe(410);
		expect(say).toBe("The site answered with error 410.");
		const closed = startSite({});
		const url = closed.url("/");
		await closed.stop();
		await expect(browser.call(openUrl, { url })).rejects.toMatchObject({
			code: "upstream_failed",
			message: expect.stringContaining("does not answer"),
		});
		await expect(browser.call(openUrl, { url: "https://no-such-site.invalid/" })).rejects.toMatchObject({
			code: "not_found",
		});
	});

	test("that could not be opened is not read, pictured, saved or clicked on in its stead", async () => {
		await expect(browser.call(openUrl, { url: "https://no-such-site.invalid/" })).rejects.toThrow();
		const unopened = { code: "conflict", message: expect.stringContaining("could not be opened") };
		await expect(browser.call(readPage)).rejects.toMatchObject(unopened);
		await expect(browser.call(snapshot)).rejects.toMatchObject(unopened);
		await expect(browser.call(screenshot)).rejects.toMatchObject(unopened);
		await expect(browser.call(pdf)).rejects.toMatchObject(unopened);
		await expect(browser.call(click, { name: "Reload" })).rejects.toMatchObject(unopened);
	});

	test("is read as clean Markdown: the article without menus, or all of it", async () => {
		await browser.call(openUrl, { url: site.url("/article") });
		const { output } = await browser.call(readPage);
		expect(output.markdown).toContain("## Prices");
		expect(output.markdown).toMatch(/\| Boat\s*\| Price\s*\|/);
		expect(output.markdown).toMatch(/^-\s+One$/m);
		expect(output.markdown).toContain(`[the list](${site.url("/more")})`);
		expect(output.markdown).not.toMatch(/Sports|imprint/);
		expect((await browser.call(readPage, { whole: true })).output.markdown).toMatch(/Sports[\s\S]*imprint/);
	});

	test("is read aloud piece by piece, whole sentences each, up to its end", async () => {
		await browser.call(openUrl, { url: site.url("/article") });
		const first = await browser.call(readPage, { aloud: true });
		expect(first.say).toMatch(/forty years\.\s+Say read on for more\.$/);
		let last = first;
		const said = [first.output.markdown];
		while (last.output.next !== undefined && said.length < 20) {
			last = await browser.call(readPage, { aloud: true, more: true });
			said.push(last.output.markdown);
		}
		expect(last.say).toMatch(/The end of it\.\s+That was all of it\.$/);
		expect(said.join(" ").match(/forty years/g)).toHaveLength(12);
		expect((await browser.call(readPage, { aloud: true, more: true })).say).toBe("That was all of it.");
	});

	test("shows its structure, frames and shadow trees too, with references that stay", async () => {
		await browser.call(openUrl, { url: site.url("/frame") });
		const inner = await refOf(/button "Inner"/);
		expect(await refOf(/Shadow button/)).toMatch(/^e\d+$/);
		expect(await refOf(/button "Inner"/)).toBe(inner);
		await browser.call(click, { ref: inner });
		expect(await refOf(/button "done"/)).toBe(inner);
		expect((await browser.call(readPage, { whole: true })).output.markdown).toContain("In the shadow");
		expect(() => snapshot.input.parse({ limit: 1 })).toThrow();
	});

	test("is acted on by reference, by name and by number; what is gone or not there is said", async () => {
		await browser.call(click, { ref: await refOf(/Press me/) });
		expect((await browser.call(readPage, { whole: true })).output.markdown).toContain("pressed");
		expect((await browser.call(click, { kind: "link", number: 2 })).output.title).toBe("Form");
		await browser.call(openUrl, { url: site.url("/missing-soon") });
		const away = await refOf(/Away/);
		await browser.call(click, { name: "a way" });
		await expect(browser.call(click, { ref: away })).rejects.toMatchObject({ code: "conflict" });
		await expect(browser.call(click, { name: "sign in" })).rejects.toMatchObject({ code: "not_found" });
		await expect(browser.call(click, {})).rejects.toMatchObject({ code: "bad_request" });
		expect(() => click.input.parse({ ref: "button" })).toThrow();
	});

	test("is left by a link, by its number or its words, and come back to", async () => {
		expect((await browser.call(followLink, { number: 1 })).output.title).toBe("The harbour | News");
		expect((await browser.call(goBack)).say).toBe("Back. Start, on 127.0.0.1.");
		expect((await browser.call(followLink, { name: "the form" })).output.title).toBe("Form");
		await expect(browser.call(followLink, { number: 99 })).rejects.toMatchObject({ code: "not_found" });
		await expect(browser.call(followLink, {})).rejects.toMatchObject({ code: "bad_request" });
		const fresh = { user: "fresh" };
		await browser.call(openUrl, { url: site.url("/") }, fresh);
		await expect(browser.call(goBack, {}, fresh)).rejects.toMatchObject({ code: "conflict" });
	});

	test("has its fields typed into and its form sent", async () => {
		await browser.call(openUrl, { url: site.url("/form") });
		await browser.call(typeText, { field: "name", text: "Anna Ω" });
		await browser.call(click, { name: "notes" });
		await browser.call(typeText, { text: "typed at the cursor" });
		await browser.call(selectOption, { field: "country", option: ["germany"] });
		await browser.call(typeText, { ref: await refOf(/textbox "E-mail"/), text: "anna@example.com", submit: true });
		expect(Object.fromEntries(sent ?? new FormData())).toMatchObject({
			name: "Anna Ω",
			mail: "anna@example.com",
			notes: "typed at the cursor",
			country: "de",
		});
		expect((await browser.call(listTabs)).output.tabs[0]?.title).toBe("Sent");
		await expect(browser.call(typeText, { text: "nowhere" })).rejects.toMatchObject({ code: "bad_request" });
		await expect(browser.call(typeText, { field: "phone", text: "1" })).rejects.toMatchObject({ code: "not_found" });
		expect(() => typeText.input.parse({ text: "" })).toThrow();
	});

	test("has its form filled at once, and sent only where that is asked for and the page agrees", async () => {
		await browser.call(openUrl, { url: site.url("/form") });
		sent = undefined;
		const fields = [
			{ name: "Name", value: "Bert" },
			{ name: "Country", value: "France" },
			{ name: "Newsletter", value: true },
		];
		const { say } = await browser.call(fillForm, { fields, submit: true });
		expect(say).toBe("Filled 3 fields. Form, on 127.0.0.1.");
		expect(sent).toBeUndefined();
		await browser.call(fillForm, { fields: [{ name: "E-mail", value: "b@example.com" }], submit: true });
		expect(Object.fromEntries(sent ?? new FormData())).toMatchObject({ name: "Bert", country: "fr", news: "on" });
		await browser.call(openUrl, { url: site.url("/form") });
		await expect(browser.call(fillForm, { fields: [{ name: "Country", value: "Atlantis" }] })).rejects.toMatchObject({
			code: "not_found",
			fix: "There are Choose, Germany, France.",
		});
		expect(() => fillForm.input.parse({ fields: [{ value: "x" }] })).toThrow();
	});

	test("takes options of its lists only", async () => {
		await browser.call(openUrl, { url: site.url("/form") });
		const { say } = await browser.call(selectOption, { field: "Country", option: ["fr"] });
		expect(say).toBe("Chose France.");
		await expect(browser.call(selectOption, { field: "Country", option: ["Nowhere"] })).rejects.toMatchObject({
			code: "not_found",
		});
		await expect(browser.call(selectOption, { field: "Country", option: ["fr", "de"] })).rejects.toMatchObject({
			code: "bad_request",
		});
		await expect(browser.call(selectOption, { option: ["fr"] })).rejects.toMatchObject({ code: "bad_request" });
	});

	test("gets keys, alone or together", async () => {
		await browser.call(openUrl, { url: site.url("/form") });
		await browser.call(click, { name: "name" });
		expect((await browser.call(pressKey, { key: "control a" })).output.keys).toEqual(["Control", "a"]);
		await browser.call(pressKey, { key: "Delete" });
		await browser.call(typeText, { text: "new" });
		expect((await browser.call(snapshot)).output.tree).toContain('= "new"');
		await expect(browser.call(pressKey, { key: "any key" })).rejects.toMatchObject({ code: "bad_request" });
		await expect(browser.call(pressKey, { key: "Enter" }, { user: "nobody" })).rejects.toMatchObject({
			code: "conflict",
		});
	});

	test("scrolls by screens and to its ends", async () => {
		await browser.call(openUrl, { url: site.url("/long") });
		expect((await browser.call(scroll, { direction: "down" })).say).toBe("Scrolled.");
		expect((await browser.call(scroll, { direction: "bottom" })).say).toBe("At the bottom of the page.");
		expect((await browser.call(scroll, { direction: "up", screens: 1 })).output.position_percent).toBeLessThan(100);
		expect((await browser.call(scroll, { direction: "top" })).say).toBe("At the top of the page.");
		expect(() => scroll.input.parse({ direction: "sideways" })).toThrow();
		await expect(browser.call(scroll, {}, { user: "nobody" })).rejects.toMatchObject({ code: "conflict" });
	});

	test("opens tabs, which are listed, switched and closed", async () => {
		const { output } = await browser.call(click, { name: "Form in a tab" });
		expect(output.title).toBe("Form");
		expect(output.notices).toContain("The page opened a new tab.");
		expect((await browser.call(listTabs)).say).toBe("2 tabs are open: Start and Form.");
		expect((await browser.call(switchTab, { number: 1 })).say).toBe("Start, on 127.0.0.1.");
		expect((await browser.call(switchTab, { tab: output.tab })).output.title).toBe("Form");
		await expect(browser.call(switchTab, { number: 7 })).rejects.toMatchObject({ code: "not_found" });
		await expect(browser.call(switchTab, {})).rejects.toMatchObject({ code: "bad_request" });
		expect((await browser.call(closeTab)).say).toBe("Closed. 1 tab left.");
		await expect(browser.call(closeTab, { tab: output.tab })).rejects.toMatchObject({ code: "not_found" });
		await expect(browser.call(closeTab, {}, { user: "nobody" })).rejects.toMatchObject({ code: "bad_request" });
		expect(() => closeTab.input.parse({ tab: "1" })).toThrow();
	});

	test("is pictured as it looks, whole or in part, and saved where that is asked for", async () => {
		const shown = (await browser.call(screenshot)).output;
		const png = Buffer.from(shown.image.data, "base64");
		expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 800]);
		await browser.call(openUrl, { url: site.url("/long") });
		const whole = Buffer.from((await browser.call(screenshot, { whole_page: true })).output.image.data, "base64");
		expect(whole.readUInt32BE(20)).toBeGreaterThan(3_000);
		const part = Buffer.from(
			(await browser.call(screenshot, { ref: await refOf(/At the end/) })).output.image.data,
			"base64",
		);
		expect(part.readUInt32BE(16)).toBeLessThan(300);
		const { output } = await browser.call(screenshot, { path: "shots/" });
		expect((await readFile(output.path ?? "")).subarray(1, 4).toString()).toBe("PNG");
		await expect(browser.call(screenshot, { ref: "e999999" })).rejects.toMatchObject({ code: "conflict" });
		await expect(browser.call(screenshot, { path: "/etc/x.png" })).rejects.toMatchObject({ code: "forbidden" });
	});

	test("is saved as a PDF, over nothing that is there", async () => {
		await writeFile(join(browser.home, "page.pdf"), "mine");
		const { output } = await browser.call(pdf, { path: "page.pdf" });
		expect(output.path).toBe(join(browser.home, "page (1).pdf"));
		expect((await readFile(output.path)).subarray(0, 5).toString()).toBe("%PDF-");
		expect(await readFile(join(browser.home, "page.pdf"), "utf8")).toBe("mine");
		await expect(browser.call(pdf, { path: "/etc/x.pdf" })).rejects.toMatchObject({ code: "forbidden" });
		await expect(browser.call(pdf, {}, { user: "nobody" })).rejects.toMatchObject({ code: "conflict" });
	});

	test("gives files: by their address even where it would show them, or by clicking", async () => {
		const shown = (await browser.call(download, { url: site.url("/file") })).output;
		expect(await readFile(shown.path ?? "", "utf8")).toBe("file content");
		await browser.call(openUrl, { url: site.url("/downloads") });
		const { output, say } = await browser.call(download, { name: "report" });
		expect(await readFile(output.path ?? "", "utf8")).toBe("a,b\n1,2\n");
		expect(say).toBe("Downloaded report.csv, 8 bytes.");
		expect((await browser.call(downloadStatus)).output).toMatchObject({ id: output.id, status: "done" });
		await expect(browser.call(download, { url: site.url("/gone") })).rejects.toMatchObject({
			code: "upstream_failed",
			message: expect.stringContaining("410"),
		});
		await expect(browser.call(download, {})).rejects.toMatchObject({ code: "bad_request" });
		expect((await browser.call(listTabs)).output.tabs).toHaveLength(1);
	});

	test("that takes long to give a file can be asked about, and the download cancelled, by its owner", async () => {
		const running = browser.call(download, { url: site.url("/endless") }).catch((error) => error);
		while (!site.hits.includes("/endless")) await Bun.sleep(10);
		const { output } = await browser.call(downloadStatus);
		expect(output.status).toBe("running");
		await expect(browser.call(downloadStatus, { id: output.id }, { user: "another" })).rejects.toMatchObject({
			code: "not_found",
		});
		await expect(browser.call(cancelDownload, { id: output.id }, { user: "another" })).rejects.toMatchObject({
			code: "not_found",
		});
		expect((await browser.call(cancelDownload, { id: output.id })).say).toBe("Cancelled the download.");
		expect(await running).toMatchObject({ code: "cancelled" });
		expect((await browser.call(downloadStatus)).output.status).toBe("failed");
		expect(() => downloadStatus.input.parse({ id: "x" })).toThrow();
		expect(() => cancelDownload.input.parse({ id: "x" })).toThrow();
	});
});

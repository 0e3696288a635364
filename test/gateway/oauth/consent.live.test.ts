import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as modern from "@modelcontextprotocol/client";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserPath, seeText, startBrowser, watchForTrouble } from "../../ui/support/page.ts";
import { adminPassword, startApp } from "../support/app.ts";
import { provider } from "./provider.ts";
import { dance } from "./support.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(browserPath() === undefined)("the consent page in a real browser", () => {
	let app: Awaited<ReturnType<typeof startApp>>;
	let browser: Browser;
	/** The MCP client's own page, to which the answer goes; it also links to and frames what a test says. */
	let program: ReturnType<typeof Bun.serve>;
	let answered = Promise.withResolvers<URLSearchParams>();
	let shown = "";
	const redirectUrl = () => `http://127.0.0.1:${program.port}/callback`;

	beforeAll(async () => {
		app = await startApp({ pageDir: join("ui", "web", "public") });
		await app.person("uma", "user");
		browser = await startBrowser("none");
		program = Bun.serve({
			port: 0,
			fetch(request) {
				const url = new URL(request.url);
				if (url.pathname === "/callback") answered.resolve(url.searchParams);
				const body = url.pathname === "/callback" ? "<h1>Back in the program</h1>" : shown;
				return new Response(body, { headers: { "content-type": "text/html" } });
			},
		});
	});
	afterAll(async () => {
		await browser?.close();
		await app?.stop();
		await program?.stop(true);
	});

	test("a person signs in, sees who asks, leaves what is not ticked, and the MCP client works", async () => {
		const authProvider = provider({ redirectUrl: redirectUrl(), open: () => {} });
		const url = new URL(`${app.url}/mcp/files`);
		const connect = () => {
			const transport = new modern.StreamableHTTPClientTransport(url, { authProvider });
			const client = new modern.Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
			return { transport, client };
		};
		const first = connect();
		await expect(first.client.connect(first.transport)).rejects.toThrow(modern.UnauthorizedError);

		const context = await browser.createBrowserContext();
		const page = await context.newPage();
		const trouble = watchForTrouble(page);
		// The pages need no script.
		await page.setJavaScriptEnabled(false);
		await page.goto(authProvider.asked[0]?.href ?? "");
		await page.type('input[name="username"]', "uma");
		await page.type('input[name="password"]', adminPassword);
		await Promise.all([page.waitForNavigation(), page.click("button.primary")]);
		const text = await page.$eval("main", (main) => main.textContent.replaceAll(/\s+/g, " "));
		expect(text).toContain("Let “An MCP client” in?");
		expect(text).toContain(`127.0.0.1:${program.port}`);
		expect(text).toMatch(/As uma, on the server files, it may/);
		// The colours of the page's own style sheet are there.
		expect(await page.$eval("button.primary", (button) => getComputedStyle(button).backgroundColor)).toMatch(
			/rgb\((11, 107, 99|90, 211, 194)\)/,
		);
		await page.setJavaScriptEnabled(true);
		await page.evaluate(axe);
		const faults = await page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))");
		expect(faults).toEqual([]);
		await page.setJavaScriptEnabled(false);

		const ticked = await page.$$eval("input[name=scope]", (all) =>
			all.map((box) => [box.value, box.checked].join(" ")),
		);
		expect(ticked).toEqual(["read true", "write true", "destructive false"]);
		await page.click('button[value="allow"]');
		const answer = await answered.promise;
		await seeText(page, "h1", "Back in the program");
		await first.transport.finishAuth(answer);
		const { transport, client } = connect();
		await client.connect(transport);
		const names = (await client.listTools()).tools.map(({ name }) => name);
		expect(names).toContain("write_note");
		expect(names).not.toContain("delete_path");
		await client.callTool({ name: "write_note", arguments: {} });
		expect(app.calls.at(-1)).toMatchObject({ tool: "write_note", user: "uma" });
		await client.close();
		expect(trouble).toEqual([]);

		// From another site: a link finds the person signed in, a frame stays empty.
		const steps = dance(app);
		const id = await steps.register();
		const address = app.url + steps.address(id);
		shown = `<a href="${address.replaceAll("&", "&amp;")}">go</a><iframe src="${address.replaceAll("&", "&amp;")}"></iframe>`;
		await page.goto(`http://localhost:${program.port}/`);
		const frame = page.frames().find((one) => one !== page.mainFrame());
		expect(await frame?.$("form")).toBeNull();
		await page.click("a");
		await page.waitForSelector('button[value="allow"]');

		// Not allowed: the program hears so.
		answered = Promise.withResolvers();
		const again = provider({ redirectUrl: redirectUrl(), open: () => {} });
		await modern.auth(again, { serverUrl: url });
		await page.goto(again.asked[0]?.href ?? "");
		await page.click('button[value="deny"]');
		expect((await answered.promise).get("error")).toBe("access_denied");
		await context.close();
	});
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { findBrowser } from "../../../core/chrome/index.ts";
import { click } from "../../../servers/browser/tools/click.ts";
import { openUrl } from "../../../servers/browser/tools/open-url.ts";
import { readPage } from "../../../servers/browser/tools/read-page.ts";
import { snapshot } from "../../../servers/browser/tools/snapshot.ts";
import { listTabs } from "../../../servers/browser/tools/tabs.ts";
import { hasBrowser, startBrowser, startSite, type TestBrowser } from "./harness.ts";

/** Browser processes that use a profile below a folder: their ids and command lines. */
function processesOf(folder: string): { pid: number; line: string }[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const line = readFileSync(join("/proc", name, "cmdline"), "utf8").replaceAll("\0", " ");
				return line.includes(`--user-data-dir=${folder}`) ? [{ pid: Number(name), line }] : [];
			} catch {
				return [];
			}
		});
}

const mainProcess = (folder: string) => processesOf(folder).find(({ line }) => !line.includes("--type="));

async function until(holds: () => boolean): Promise<void> {
	for (let attempt = 0; attempt < 200 && !holds(); attempt++) await Bun.sleep(50);
	expect(holds()).toBe(true);
}

describe.skipIf(!hasBrowser || process.platform !== "linux")("the browser", () => {
	const site = () =>
		startSite({
			"/": "<title>First</title><h1>First page</h1><button>Press</button>",
			"/two": "<title>Second</title><h1>Second page</h1>",
			"/who": (request) =>
				new Response(`<title>Who</title><p>cookie: ${request.headers.get("cookie") ?? "none"}</p>`, {
					headers: { "content-type": "text/html", "set-cookie": `seen=${new URL(request.url).search.slice(1)}` },
				}),
		});
	let browser: TestBrowser | undefined;
	let pages: ReturnType<typeof startSite> | undefined;
	afterEach(async () => {
		await browser?.stop();
		pages?.stop();
		browser = undefined;
	});

	test("does not run before it is needed, runs once for everybody, and is gone when the server stops", async () => {
		const here = await startBrowser();
		pages = site();
		expect(processesOf(here.home)).toEqual([]);
		expect((await here.call(listTabs, {})).say).toBe("No page is open.");
		const url = pages.url("/");
		await Promise.all(["a", "b", "c"].map((user) => here.call(openUrl, { url }, { user })));
		const main = processesOf(here.home).filter(({ line }) => !line.includes("--type="));
		expect(main).toHaveLength(1);
		expect(main[0]?.line.includes("--no-sandbox")).toBe(process.getuid?.() === 0);
		expect(main[0]?.line).not.toContain("--remote-debugging-port");
		await here.stop();
		await until(() => processesOf(here.home).length === 0);
	});

	test("that was killed comes back at the next call with the page that was open, its old references gone", async () => {
		browser = await startBrowser();
		pages = site();
		await browser.call(openUrl, { url: pages.url("/two") });
		await browser.call(openUrl, { url: pages.url("/"), new_tab: true });
		const { output } = await browser.call(snapshot);
		const ref = /\[(e\d+)\]/.exec(output.tree)?.[1];
		const { home } = browser;
		process.kill(mainProcess(home)?.pid ?? 0, "SIGKILL");
		await until(() => mainProcess(home) === undefined);
		await expect(browser.call(click, { ref })).rejects.toMatchObject({ code: "conflict" });
		expect((await browser.call(readPage)).output.title).toBe("First");
		const titles = (await browser.call(listTabs)).output.tabs.map(({ front }) => front);
		expect(titles).toEqual([false, true]);
	});

	test("that dies during a call fails that call only", async () => {
		browser = await startBrowser();
		pages = startSite({ "/": "<title>Fine</title>", "/slow": () => new Promise<Response>(() => {}) });
		await browser.call(openUrl, { url: pages.url("/") });
		const opening = browser.call(openUrl, { url: pages.url("/slow") }).catch((error) => error);
		while (!pages.hits.includes("/slow")) await Bun.sleep(10);
		process.kill(mainProcess(browser.home)?.pid ?? 0, "SIGKILL");
		expect(await opening).toMatchObject({ code: expect.stringMatching(/unavailable|upstream_failed/) });
		expect((await browser.call(openUrl, { url: pages.url("/") })).output.title).toBe("Fine");
	});

	test("opens a page again whose own process crashed", async () => {
		browser = await startBrowser();
		pages = site();
		await browser.call(openUrl, { url: pages.url("/") });
		for (const { pid, line } of processesOf(browser.home)) {
			if (line.includes("--type=renderer")) process.kill(pid, "SIGKILL");
		}
		await Bun.sleep(300);
		const { output } = await browser.call(readPage);
		expect(output.title).toBe("First");
		expect(output.notices.join()).toContain("crashed");
	});

	test("closes when nobody uses it, and remembers what was open", async () => {
		browser = await startBrowser({ idleMinutes: 0.01 });
		pages = site();
		await browser.call(openUrl, { url: pages.url("/two") });
		const { home } = browser;
		expect(mainProcess(home)).toBeDefined();
		await until(() => mainProcess(home) === undefined);
		expect((await browser.call(readPage)).output.title).toBe("Second");
	});

	test("keeps each person's cookies and tabs from the others", async () => {
		browser = await startBrowser();
		pages = site();
		const who = async (user: string) => {
			await browser?.call(openUrl, { url: pages?.url(`/who?${user}`) }, { user });
			return (await browser?.call(readPage, { whole: true }, { user }))?.output.markdown;
		};
		expect(await who("anna")).toContain("cookie: none");
		expect(await who("bert")).toContain("cookie: none");
		expect(await who("anna")).toContain("cookie: seen=anna");
		expect((await browser.call(listTabs, {}, { user: "bert" })).output.tabs).toHaveLength(1);
		await expect(browser.call(readPage, {}, { user: "carl" })).rejects.toMatchObject({
			code: "conflict",
			fix: expect.stringContaining("open_url"),
		});
	});
});

test("a missing browser is said at start and by the call, with what to do", async () => {
	const browser = await startBrowser({}, { PATH: "/nowhere" });
	const here = findBrowser({ platform: process.platform, env: { PATH: "/nowhere" } });
	if (here === undefined) {
		expect(await browser.adapters.requirements()).toMatchObject([
			{ ok: false, fix: expect.stringContaining("Install") },
		]);
		await expect(browser.call(openUrl, { url: "https://example.com" })).rejects.toMatchObject({ code: "missing_part" });
	}
	await browser.stop();
	const broken = await startBrowser({ executable: "/bin/false" });
	await expect(broken.call(openUrl, { url: "https://example.com" })).rejects.toMatchObject({ code: "unavailable" });
	await broken.stop();
});

test.each([
	["linux", { PATH: "/a:/usr/bin" }, "/usr/bin/google-chrome"],
	["darwin", { HOME: "/Users/x" }, "/Users/x/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
	[
		"win32",
		{ ProgramFiles: "C:\\Program Files", LOCALAPPDATA: "C:\\L" },
		"C:\\L\\Google\\Chrome\\Application\\chrome.exe",
	],
] as const)("the person's own Chrome is found on %s", (platform, env, path) => {
	expect(findBrowser({ platform, env, canRun: (file) => file === path })).toBe(path);
	const chromium = platform === "win32" ? "C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe" : undefined;
	if (chromium !== undefined)
		expect(findBrowser({ platform, env, canRun: (file) => file === chromium })).toBe(chromium);
	expect(findBrowser({ platform, env, canRun: () => false })).toBeUndefined();
});

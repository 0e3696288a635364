import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserSettings } from "../../../servers/browser/adapters/index.ts";
import { openResult } from "../../../servers/browser/tools/open-url.ts";
import { search } from "../../../servers/browser/tools/search.ts";
import { hasBrowser, html, startBrowser, startSite, type TestBrowser } from "./harness.ts";

const counted = (url: string) => `//duckduckgo.com/l/?uddg=${encodeURIComponent(url)}&amp;rut=1`;
const result = (title: string, href: string, summary: string, more = "") =>
	`<div class="result results_links web-result ${more}"><h2 class="result__title"><a class="result__a" href="${href}">${title}</a></h2>
	<a class="result__snippet" href="${href}">${summary}</a></div>`;

describe("a search", () => {
	let engine: ReturnType<typeof startSite>;
	let asked: URL[] = [];
	const started: TestBrowser[] = [];
	const withEngine = async (search: Record<string, unknown>, more: Record<string, unknown> = {}) => {
		const browser = await startBrowser({ search, ...more });
		started.push(browser);
		return browser;
	};

	beforeAll(() => {
		asked = [];
		engine = startSite({
			"/html/": (request) => {
				asked.push(new URL(request.url));
				const query = new URL(request.url).searchParams.get("q");
				if (query === "nothing")
					return html(`<div class="serp__results"><div class="no-results">No results.</div></div>`);
				if (query === "robot") return html("<form id=challenge-form></form>", { status: 202 });
				if (query === "broken") return html("<h1>All new</h1>");
				if (query === "late") return new Promise<Response>(() => {});
				if (query === "away") return new Response(null, { status: 302, headers: { location: "/elsewhere" } });
				return html(`<div id="links" class="results">
					${result("Buy cats", "//duckduckgo.com/y.js?ad=1", "an advertisement", "result--ad")}
					${result("Cats &amp; <b>dogs</b>", counted("https://www.example.com/cats?a=1&b=2"), "All about\n <b>cats</b>.")}
					${result("Blocked", counted("https://blocked.example/"), "x")}
					${result("Run", counted("javascript:alert(1)"), "x")}
					${result("Inside", counted("http://192.168.1.1/"), "x")}
					${result("Cats again", counted("https://www.example.com/cats?a=1&b=2"), "the same address")}
					${result("A local page", counted(engine.url("/page")), "Here")}
					${result("Third", counted("https://third.example/"), "3")}</div>`);
			},
			"/page": "<title>The page found</title>",
			"/searx/search": (request) => {
				asked.push(new URL(request.url));
				if (request.headers.get("accept") !== "application/json") return new Response("no", { status: 403 });
				return Response.json({ results: [{ title: "From SearXNG", url: "https://example.org/", content: "Sum" }] });
			},
			"/no-json/search": () => new Response("forbidden", { status: 403 }),
			"/brave": (request) => {
				if (request.headers.get("x-subscription-token") !== "right") return new Response("{}", { status: 401 });
				return Response.json({
					web: {
						results: [{ title: "From <strong>Brave</strong>", url: "https://example.net/", description: "D&amp;D" }],
					},
				});
			},
		});
	});
	afterAll(async () => {
		for (const browser of started) await browser.stop();
		engine.stop();
	});

	test("gives titles, addresses and summaries, without advertisements, doubles and what may not be opened", async () => {
		const browser = await withEngine({ url: engine.url("/html/") }, { blockedSites: ["blocked.example"] });
		const { output, say } = await browser.call(search, { query: "cats & dogs #1" });
		expect(asked.at(-1)?.searchParams.get("q")).toBe("cats & dogs #1");
		expect(output).toMatchObject({ engine: "DuckDuckGo", origin: "outside" });
		expect(output.results).toEqual([
			{ title: "Cats & dogs", url: "https://www.example.com/cats?a=1&b=2", summary: "All about cats." },
			{ title: "A local page", url: engine.url("/page"), summary: "Here" },
			{ title: "Third", url: "https://third.example/", summary: "3" },
		]);
		expect(say).toBe(
			"The top results for cats & dogs #1 are Cats & dogs from example.com, A local page from 127.0.0.1 and Third from third.example.",
		);
		expect((await browser.call(search, { query: "x", limit: 1 })).say).toBe(
			"There is one result: Cats & dogs from example.com.",
		);
		expect((await browser.call(search, { query: "nothing" })).say).toBe("I found nothing on the web for nothing.");
	});

	test.skipIf(!hasBrowser)("is gone on with by the number of a result", async () => {
		const browser = await withEngine({ url: engine.url("/html/") });
		await expect(browser.call(openResult, { number: 1 })).rejects.toMatchObject({
			code: "not_found",
			fix: "Search first.",
		});
		await browser.call(search, { query: "cats", limit: 20 });
		await expect(browser.call(openResult, { number: 9 })).rejects.toMatchObject({ code: "not_found" });
		await expect(browser.call(openResult, { number: 3 }, { user: "another" })).rejects.toMatchObject({
			code: "not_found",
		});
		expect((await browser.call(openResult, { number: 3 })).say).toBe("The page found, on 127.0.0.1.");
	});

	test.skipIf(!hasBrowser)("a result whose site is not there is said so", async () => {
		const browser = await withEngine({ url: engine.url("/html/") }, { blockedSites: ["blocked.example"] });
		await browser.call(search, { query: "x" });
		await expect(browser.call(openResult, { number: 3 })).rejects.toMatchObject({
			code: "not_found",
			fix: expect.any(String),
		});
	});

	test("says so when the engine takes us for a robot, changed its form, redirects or can't be reached", async () => {
		const browser = await withEngine({ url: engine.url("/html/") });
		await expect(browser.call(search, { query: "robot" })).rejects.toMatchObject({ code: "rate_limited" });
		await expect(browser.call(search, { query: "broken" })).rejects.toMatchObject({ code: "upstream_failed" });
		await expect(browser.call(search, { query: "away" })).rejects.toMatchObject({ code: "upstream_failed" });
		expect(engine.hits).not.toContain("/elsewhere");
		const stop = AbortSignal.timeout(200);
		await expect(browser.call(search, { query: "late" }, { signal: stop })).rejects.toMatchObject({ code: "timeout" });
		const gone = await withEngine({ url: "http://127.0.0.1:9/html/" });
		await expect(gone.call(search, { query: "x" })).rejects.toMatchObject({
			code: "upstream_failed",
			fix: expect.stringContaining("another search engine"),
		});
		expect(() => search.input.parse({ query: "  " })).toThrow();
	});

	test("goes through SearXNG where that is set, which must answer in JSON", async () => {
		const browser = await withEngine({ engine: "searxng", url: engine.url("/searx") });
		const { output } = await browser.call(search, { query: "x" });
		expect(output).toMatchObject({ engine: "SearXNG", results: [{ title: "From SearXNG", summary: "Sum" }] });
		const other = await withEngine({ engine: "searxng", url: engine.url("/no-json") });
		await expect(other.call(search, { query: "x" })).rejects.toMatchObject({ fix: expect.stringContaining("json") });
	});

	test("goes through Brave where that is set, with its key", async () => {
		const browser = await withEngine({ engine: "brave", url: engine.url("/brave"), key: "right" });
		const { output } = await browser.call(search, { query: "x" });
		expect(output.results).toEqual([{ title: "From Brave", url: "https://example.net/", summary: "D&D" }]);
		const other = await withEngine({ engine: "brave", url: engine.url("/brave"), key: "wrong-key" });
		const error = await other.call(search, { query: "x" }).catch((thrown) => thrown);
		expect(error.fix).toContain("key");
		expect(JSON.stringify(error)).not.toContain("wrong-key");
	});

	test("can't be set to an engine without what it needs", () => {
		for (const settings of [{ engine: "searxng" }, { engine: "brave" }, { engine: "duckduckgo", url: "file:///x" }]) {
			expect(browserSettings.safeParse({ search: settings }).success).toBe(false);
		}
		expect(browserSettings.parse({}).search.engine).toBe("duckduckgo");
	});
});

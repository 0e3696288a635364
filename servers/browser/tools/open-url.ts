import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { BrowserAdapters } from "../adapters/index.ts";
import { pageSchema, report, sayPage } from "./shared.ts";

/** Longest a page may take, slow ones included. */
const timeoutMs = 40_000;

/** Opens a page by its address. */
export const openUrl = defineTool({
	name: "open_url",
	title: "Open page",
	description: "Opens a web page in the tab in front, or in a new tab. Only http and https.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		url: slot("url", z.string().min(1).max(4_000)).describe("Address; https where it does not say"),
		new_tab: z.boolean().default(false),
	}),
	output: pageSchema,
	voice: {
		en: {
			sentences: [
				"(open|visit|browse) [up] [the] [(web page|website|page|site|address)] {url}",
				"(go|navigate|browse) to [the] [(web page|website|page|site|address)] {url}",
				"(show|take) me [to] [the] [(web page|website|page|site)] {url}",
				"(pull|bring) up [the] [(web page|website|page|site)] {url}",
			],
			fixed: [
				{ text: "open {url} in a new tab", values: { new_tab: true } },
				{ text: "open a new tab with {url}", values: { new_tab: true } },
			],
			examples: ["open wikipedia dot org", "go to github dot com", "take me to the news site"],
			ask: { url: "Which page?" },
		},
	},
	timeoutMs,
	summary: ({ url, new_tab }) => `Open ${url}${new_tab ? " in a new tab" : ""}`,
	say: sayPage,
	async run({ url, new_tab }, { use, sites }: BrowserAdapters, { user, signal }) {
		const target = sites.open(url);
		return use(user, signal, async (session) => {
			const tab = new_tab ? await session.open() : await session.currentOrNew();
			await tab.go(target.href, signal);
			return report(tab);
		});
	},
});

/** Opens a result of the last search. */
export const openResult = defineTool({
	name: "open_result",
	title: "Open search result",
	description: "Opens one of the results of the last search by its number.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({ number: slot("integer", z.number().int().min(1).max(20)).describe("1 is the first") }),
	output: pageSchema,
	voice: {
		en: {
			sentences: [
				"(open|show|read|visit) [me] [the] [search] result [number] {number}",
				"(open|show|read|visit) [me] the {number} [search] result",
				"(open|visit|show me|read me|take me to) the {number} one",
			],
			examples: ["open the first search result"],
			followUps: [
				{ text: "[open|read|show me|go to|take] the {number} (one|result|link)", after: "search" },
				{ text: "[and] [open|read|show me|go to|take] the {number} (one|result)" },
			],
			ask: { number: "Which result?" },
		},
	},
	timeoutMs,
	say: sayPage,
	async run({ number }, { use, sites, found }: BrowserAdapters, { user, signal }) {
		const results = found.get(user.id) ?? [];
		const result = results[number - 1];
		if (result === undefined) {
			throw new AiosError(
				"not_found",
				results.length === 0
					? "Nothing was searched for yet."
					: `The last search gave ${sayCount(results.length, "result")}.`,
				{ fix: results.length === 0 ? "Search first." : "Choose one of them by its number." },
			);
		}
		const target = sites.open(result.url);
		return use(user, signal, async (session) => {
			const tab = await session.currentOrNew();
			await tab.go(target.href, signal);
			return report(tab);
		});
	},
});

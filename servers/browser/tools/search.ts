import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import { type BrowserAdapters, cut } from "../adapters/index.ts";
import { outside } from "./shared.ts";

/** Searches the web. */
export const search = defineTool({
	name: "search",
	title: "Search the web",
	description:
		"Searches the web with the person's search engine. Gives titles, addresses and summaries; open_result opens one by its number.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		query: slot("text", z.string().trim().min(1).max(500)),
		limit: z.number().int().min(1).max(20).default(5),
	}),
	output: z.object({
		query: z.string(),
		engine: z.string(),
		results: z.array(z.object({ title: z.string(), url: z.string(), summary: z.string() })),
		origin: outside,
	}),
	voice: {
		en: {
			sentences: [
				"search for {query}",
				"(search|look) [the] (web|internet|net) for {query}",
				"(search|look) online for {query}",
				"(search|look) for {query} online",
				"find [me] {query} online",
				"find out {query} (on|in|from) the (web|internet|net)",
				"search [the] (web|internet|net) for {query}",
				"search for {query} (on|in) the (web|internet|net)",
				"search {query} (on|in) the (web|internet|net)",
				"do a [web|internet|google] search for {query}",
				"(look|search) up {query} [(on|in) the (web|internet|net)]",
				"look for {query} (on|in) the (web|internet|net)",
				"look {query} up [(on|in) the (web|internet|net)]",
				"find [me] {query} (on|in) the (web|internet|net)",
				"find [me] [some] information (about|on) {query}",
				"find out about {query} (on|in) the (web|internet|net)",
				"(find out|see) what the (web|internet|net) says about {query}",
				"(google|duckduckgo) {query}",
				"what does the (web|internet) say about {query}",
			],
			examples: ["search the web for italian restaurants", "google the weather in paris"],
			ask: { query: "What should I search for?" },
		},
	},
	timeoutMs: 20_000,
	say({ results, query }) {
		if (results.length === 0) return `I found nothing on the web for ${query}.`;
		const names = results.slice(0, 3).map(({ title, url }) => `${cut(title, 80)} from ${siteOf(url)}`);
		const count = results.length === 1 ? "There is one result" : `The top results for ${query} are`;
		return `${count}${results.length === 1 ? ":" : ""} ${sayList(names)}.`;
	},
	async run({ query, limit }, { search: web, found }: BrowserAdapters, { user, signal }) {
		const results = await web.search(query, limit, signal);
		found.set(user.id, results);
		return { query, engine: web.engine, results, origin: "outside" as const };
	},
});

function siteOf(url: string): string {
	return URL.parse(url)?.hostname.replace(/^www\./, "") ?? url;
}

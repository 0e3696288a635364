import { z } from "zod";
import { refused, unreadable } from "./errors.ts";
import { parseJson } from "./searxng.ts";
import type { EngineDeps, SearchEngine } from "./types.ts";

const address = "https://api.search.brave.com/res/v1/web/search";
/** The API's own limit of results at once. */
const mostResults = 20;

const answerSchema = z.object({
	web: z
		.object({
			results: z.array(z.object({ title: z.string(), url: z.string(), description: z.string().optional() })),
		})
		.optional(),
});

/** The Brave Search API, with a subscription token. */
export function createBrave({ get, url = address, key }: EngineDeps & { url?: string; key: string }): SearchEngine {
	const name = "Brave Search";
	return {
		name,
		async search(query, limit, signal) {
			const asked = new URL(url);
			asked.searchParams.set("q", query);
			asked.searchParams.set("count", String(Math.min(limit, mostResults)));
			const headers = { accept: "application/json", "x-subscription-token": key };
			const { status, text } = await get(asked.href, { headers, signal });
			if (status === 401 || status === 403 || status === 422) {
				throw refused(name, status, "Check the key of the search engine in the settings of the browser.");
			}
			if (status !== 200) throw refused(name, status);
			const answer = answerSchema.safeParse(parseJson(text));
			if (!answer.success) throw unreadable(name);
			const { parseHTML } = await import("linkedom");
			/** Titles and descriptions mark the words asked for with tags. */
			const withoutTags = (html: string) => parseHTML(`<html><body>${html}</body></html>`).document.body.textContent;
			return (answer.data.web?.results ?? []).map((one) => ({
				title: withoutTags(one.title),
				url: one.url,
				summary: withoutTags(one.description ?? ""),
			}));
		},
	};
}

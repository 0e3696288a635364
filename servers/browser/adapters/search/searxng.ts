import { z } from "zod";
import { refused, unreadable } from "./errors.ts";
import type { EngineDeps, SearchEngine } from "./types.ts";

const answerSchema = z.object({
	results: z.array(
		z.object({ title: z.string().nullish(), url: z.string(), content: z.string().nullish() }).catchall(z.unknown()),
	),
});

/** A SearXNG of the person's choice, by its JSON API (`search.formats` in its settings must name json). */
export function createSearxng({ get, url }: EngineDeps & { url: string }): SearchEngine {
	const name = "SearXNG";
	return {
		name,
		async search(query, _limit, signal) {
			const asked = new URL("search", url.endsWith("/") ? url : `${url}/`);
			asked.searchParams.set("q", query);
			asked.searchParams.set("format", "json");
			const { status, text } = await get(asked.href, { headers: { accept: "application/json" }, signal });
			if (status === 403)
				throw refused(name, status, "Let it answer in JSON: add json to search.formats in its settings.");
			if (status !== 200) throw refused(name, status);
			const answer = answerSchema.safeParse(parseJson(text));
			if (!answer.success) throw unreadable(name);
			return answer.data.results.map((one) => ({
				title: one.title ?? one.url,
				url: one.url,
				summary: one.content ?? "",
			}));
		},
	};
}

export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

/** Searches the tracked files and the new ones that are not ignored. */
export const searchCode = defineTool({
	name: "search_code",
	title: "Search code",
	description: "Finds text or a regular expression across a repository, with lines around each match where asked.",
	effect: "read",
	role: "user",
	input: z.object({
		query: slot("text", z.string().min(1).max(1000)),
		repository: repositoryField,
		regex: z.boolean().default(false),
		paths: z
			.array(z.string().min(1).max(4096))
			.max(50)
			.default([])
			.describe("Only below these, or fitting these patterns"),
		limit: z.number().int().min(1).max(2000).default(100),
		skip: z.number().int().min(0).max(1_000_000).default(0),
	}),
	output: z.object({
		repository: z.string(),
		matches: z.array(z.object({ path: z.string(), line: z.number().int(), text: z.string() })),
		total: z.number().int(),
	}),
	voice: {
		en: {
			sentences: [
				"(search|search for|look for|find) {query} in [the] code [of {repository}]",
				"(search|look through) [the] code [of {repository}] for {query}",
				"where is [the] [function|class|variable|method|type|constant] {query} (used|defined|called|declared|implemented|imported) [in [the] code] [in {repository}]",
				"where (do|did) (i|we) (use|define|call|declare|import) [the] [function|class|variable|method|type|constant] {query} [in {repository}]",
				"find [the] (function|class|variable|method|constant) {query} [in {repository}]",
				"find [all|the] (uses|usages|references|callers) of {query} [in {repository}]",
				"(search|grep) [the] (repository|project) [{repository}] for {query}",
			],
			ask: { query: "Search for what?" },
		},
	},
	timeoutMs: 55_000,
	say({ matches, total }, { query }) {
		const [first] = matches;
		if (first === undefined) return `${query} does not stand in the code.`;
		return `I found ${sayCount(total, "place")}, the first in ${first.path.split("/").at(-1)}, line ${first.line}.`;
	},
	async run({ query, repository, regex, paths, limit, skip }, { repositories }: IdeAdapters, { signal }) {
		const { root, run } = await repositories.open(repository, signal);
		const kind = regex ? ["--extended-regexp"] : ["--fixed-strings"];
		const text = await run([
			"grep",
			"-n",
			"-z",
			"-I",
			"--no-color",
			"--untracked",
			"--ignore-case",
			...kind,
			"-e",
			query,
			"--",
			...paths,
		]);
		const all = text
			.split("\n")
			.map((line) => /^([^\0]+)\0(\d+)\0(.*)$/s.exec(line))
			.filter((match) => match !== null)
			.map((match) => ({ path: match[1] ?? "", line: Number(match[2]), text: (match[3] ?? "").slice(0, 500) }));
		return { repository: root, matches: all.slice(skip, skip + limit), total: all.length };
	},
});

import { stat } from "node:fs/promises";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";

/** Finds files by name, or by what stands in them. */
export const searchFiles = defineTool({
	name: "search_files",
	title: "Search files",
	description: "Finds files whose name contains a word or fits a pattern, or lines that contain a text.",
	effect: "read",
	role: "user",
	input: z.object({
		query: slot("text", z.string().min(1).max(1000)),
		path: slot("path", z.string().min(1).max(4096)).default("."),
		in: z.enum(["names", "contents"]).default("names"),
		regex: z.boolean().default(false),
		limit: z.number().int().min(1).max(2000).default(100),
	}),
	output: z.object({
		matches: z.array(z.object({ path: z.string(), line: z.number().int().optional(), text: z.string().optional() })),
		more: z.boolean().describe("There are more than the limit"),
	}),
	voice: {
		en: {
			sentences: [
				"(find|search [for]|look for) [the|a] (file|files) [named|called] {query} [in {path}]",
				"where is [the|my] file {query}",
			],
			fixed: [
				{ text: "(find|search [for]|look for) {query} in [my|the|all] files", values: { in: "contents" } },
				{
					text: "(find|which) files (containing|that contain|with the text|contain) {query}",
					values: { in: "contents" },
				},
			],
			ask: { query: "Search for what?" },
		},
	},
	timeoutMs: 45_000,
	say({ matches, more }, { query }) {
		const [first] = matches;
		if (first === undefined) return `I found nothing for ${query}.`;
		const name = first.path.split(/[\\/]/).at(-1);
		return matches.length === 1
			? `I found ${name}.`
			: `I found ${more ? "more than " : ""}${sayCount(matches.length, "match", "matches")}, the first in ${name}.`;
	},
	resolve: async ({ path, ...rest }, { folders }: SystemAdapters) => ({ ...rest, path: await folders.meant(path) }),
	async run({ query, path, in: where, regex, limit }, { folders, search }: SystemAdapters, { signal }) {
		const folder = await folders.resolve(path);
		const found = await stat(folder).catch(explainFileError(path));
		if (!found.isDirectory()) {
			throw new AiosError("bad_request", `${path} is not a folder.`, { fix: "Use read_file for a file." });
		}
		const { matches, more } = await search({ folder, query, in: where, regex, limit, signal });
		// A folder that may be searched can have one in it that may not.
		const open = await Promise.all(
			matches.map((match) =>
				folders.resolve(match.path).then(
					() => true,
					() => false,
				),
			),
		);
		return { matches: matches.filter((_, index) => open[index]), more };
	},
});

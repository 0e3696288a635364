import { stat } from "node:fs/promises";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount, sayPath } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";

/** Finds files by name, or by what stands in them. */
export const searchFiles = defineTool({
	name: "search_files",
	title: "Search files",
	description:
		"Finds files and folders whose name has these words or fits a pattern, the best fit first, or lines that contain a text.",
	effect: "read",
	role: "user",
	input: z.object({
		query: slot("path", z.string().min(1).max(1000)),
		path: slot("path", z.string().min(1).max(4096)).default("."),
		in: z.enum(["names", "contents"]).default("names"),
		regex: z.boolean().default(false),
		hidden: z
			.boolean()
			.default(false)
			.describe("Names: also hidden files and folders and those of packages and caches, behind the others"),
		limit: z.number().int().min(1).max(2000).default(100),
	}),
	output: z.object({
		matches: z.array(z.object({ path: z.string(), line: z.number().int().optional(), text: z.string().optional() })),
		more: z.boolean().describe("There are more than the limit"),
	}),
	voice: {
		en: {
			sentences: [
				"(find|search [for]|look for|locate) [me] [the|a|my|any|all] (file|files|folder|document|documents) [named|called] {query} [in [the|my] {path!}]",
				"(find|search [for]|look for|locate) [me] [the|a|my|any|all] (file|files|folder|document|documents) [named|called] {query} in [the] folder {path}",
				"(find|search for|look for|locate) [me] [all|any] [the|my] {query} (file|files|folder|document|documents|spreadsheet|presentation|pdf)",
				"(find|search for|look for|locate) [me] [the|my] {query!}",
				"(find|search for|look for) [me] {query} in [the|my] {path!} [folder]",
				"search [the|my] {path!} [folder] for {query}",
				"(search|look) [through] my (files|computer|disk) for {query}",
				"where is [the|my] (file|folder|document) {query}",
				"where is [the|my] {query} (file|folder|document|spreadsheet|presentation)",
				"where is [the|my] {query!}",
				"where (did i|have i) (put|save|saved|store|stored) [the|my] (file|folder|document) {query}",
				"where (did i|have i) (put|save|saved|store|stored) [the|my] {query} (file|folder|document|spreadsheet|presentation)",
				"(do i have|is there) (a|any) (file|files|document|documents) (called|named|about) {query}",
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
		const line = first.line === undefined ? "" : `, line ${first.line}`;
		const where = `${sayPath(first.path)}${line}`;
		if (matches.length === 1) return `I found ${first.line === undefined ? "" : "it in "}${where}.`;
		const best = first.line === undefined ? `; the best is ${where}` : `, the first in ${where}`;
		return `I found ${more ? "more than " : ""}${sayCount(matches.length, "match", "matches")}${best}.`;
	},
	resolve: async ({ path, ...rest }, { folders }: SystemAdapters) => ({ ...rest, path: await folders.meant(path) }),
	async run({ query, path, in: where, regex, hidden, limit }, { folders, search }: SystemAdapters, { signal }) {
		const folder = await folders.resolve(path);
		const found = await stat(folder).catch(explainFileError(path));
		if (!found.isDirectory()) {
			throw new AiosError("bad_request", `${path} is not a folder.`, { fix: "Use read_file for a file." });
		}
		const { matches, more } = await search({ folder, query, in: where, regex, hidden, limit, signal });
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

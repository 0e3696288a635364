import { lstat, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";

/** What is in a folder. */
export const listDirectory = defineTool({
	name: "list_directory",
	title: "List folder",
	description: "The files and folders in a folder: names, kinds, sizes and times, paged.",
	effect: "read",
	role: "user",
	input: z.object({
		path: slot("folder", z.string().min(1).max(4096)).default("."),
		hidden: z.boolean().default(false).describe("Also names that begin with a dot"),
		sort: z.enum(["name", "newest", "largest"]).default("name"),
		limit: z.number().int().min(1).max(5000).default(200),
		offset: z.number().int().min(0).max(10_000_000).default(0),
	}),
	output: z.object({
		path: z.string(),
		total: z.number().int(),
		entries: z.array(
			z.object({
				name: z.string(),
				kind: z.enum(["file", "folder", "link", "other"]),
				bytes: z.number(),
				modified: z.string(),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [all] [the] (files|folder|directory|contents|content) [in|of] [the|my] {path}",
				"(list|show|open) [me] [the|my] {path!} [folder|directory]",
				"(list|show|open) [me] [the|my] (folder|directory) {path}",
				"(list|show|open) [me] [the|my] {path} (folder|directory)",
				"(what is|what's|what files are|which files are) (in|on|inside) [the|my] {path!} [folder|directory]",
				"(what is|what's|what files are|which files are) (in|inside) [the|my] (folder|directory) {path}",
				"(what is|what's|what files are|which files are) (in|inside) [the|my] {path} (folder|directory)",
				"(what|which|how many) files (are there|do i have|are) (in|on|inside) [the|my] [folder|directory] {path} [folder|directory]",
				"(is there|do i have) anything (in|on|inside) [the|my] {path!} [folder|directory]",
				"(show|tell|read) me what is (in|on|inside) [the|my] [folder|directory] {path} [folder|directory]",
				"(look|see|go) (in|into|inside) [the|my] {path!} [folder|directory]",
			],
			fixed: [{ text: "(list|show) [me] [the|my] files", values: { path: "." } }],
		},
	},
	say({ total, entries, path }) {
		if (total === 0) return "That folder is empty.";
		const names = entries
			.slice(0, 3)
			.map(({ name }) => name)
			.join(", ");
		const folder = path === homedir() ? "Your home folder" : path.split(/[\\/]/).at(-1) || path;
		return `${folder} has ${sayCount(total, "entry", "entries")}: ${names}${total > 3 ? " and more" : ""}.`;
	},
	resolve: async ({ path, ...rest }, { folders }: SystemAdapters) => ({ ...rest, path: await folders.meant(path) }),
	async run({ path, hidden, sort, limit, offset }, { folders }: SystemAdapters) {
		const folder = await folders.resolve(path);
		const names = (await readdir(folder).catch(explainFileError(path))).filter(
			(name) => hidden || !name.startsWith("."),
		);
		// Sizes and times are needed of all entries only where they decide the order.
		const wanted = sort === "name" ? names.sort((a, b) => a.localeCompare(b)).slice(offset, offset + limit) : names;
		const all = (await Promise.all(wanted.map((name) => describe(folder, name)))).filter(
			(entry) => entry !== undefined,
		);
		if (sort === "newest") all.sort((a, b) => b.modified.localeCompare(a.modified));
		if (sort === "largest") all.sort((a, b) => b.bytes - a.bytes);
		return { path: folder, total: names.length, entries: sort === "name" ? all : all.slice(offset, offset + limit) };
	},
});

async function describe(folder: string, name: string) {
	const found = await lstat(join(folder, name)).catch(() => undefined);
	if (found === undefined) return undefined;
	const kind = found.isFile() ? "file" : found.isDirectory() ? "folder" : found.isSymbolicLink() ? "link" : "other";
	return { name, kind, bytes: found.size, modified: found.mtime.toISOString() } as const;
}

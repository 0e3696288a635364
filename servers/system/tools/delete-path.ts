import { lstat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayPath } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";

/** Puts a file or folder into the trash, from where the desktop can bring it back. */
export const deletePath = defineTool({
	name: "delete_path",
	title: "Delete",
	description: "Moves a file or folder to the desktop's trash. Nothing is removed for good.",
	effect: "destructive",
	idempotent: false,
	input: z.object({ path: slot("path", z.string().min(1).max(4096)) }),
	output: z.object({ path: z.string() }),
	voice: {
		en: {
			sentences: [
				"(delete|remove|trash|erase|discard) [the|my] (file|folder|directory) {path}",
				"(delete|remove|trash|erase|discard) [the|my] {path!}",
				"(throw away|throw out|get rid of|bin) [the|my] (file|folder|directory) {path}",
				"(throw away|throw out|get rid of|bin) [the|my] {path!}",
				"(put|move|throw) [the] (file|folder) {path} (in|into|to) the (trash|bin|rubbish|recycle bin)",
				"(put|move|throw) {path!} (in|into|to) the (trash|bin|rubbish|recycle bin)",
			],
			ask: { path: "Delete what?" },
		},
	},
	summary: ({ path }) => `Move ${sayPath(path)} to the trash`,
	say: ({ path }) => `${basename(path)} is in the trash.`,
	resolve: async ({ path }, { folders }: SystemAdapters) => ({ path: await folders.meant(path) }),
	async run({ path }, { folders, trash }: SystemAdapters) {
		const real = await folders.resolve(path);
		await lstat(real).catch(explainFileError(path));
		const roots = await Promise.all(folders.allowed.map((folder) => folders.resolve(folder)));
		if (roots.some((root) => root === real || root.startsWith(`${real}/`))) {
			throw new AiosError("forbidden", `${path} is one of the allowed folders itself.`, {
				fix: "Delete what is in it instead.",
			});
		}
		await folders.refuseAround(real);
		await trash(real).catch(explainFileError(path));
		return { path: real };
	},
});

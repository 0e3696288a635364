import { createTwoFilesPatch } from "diff";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";
import { sayPath } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";
import { replaceFile } from "./replace-file.ts";

interface Edit {
	find: string;
	replace: string;
	/** How often it stands there. */
	expected: number;
}

/** Replaces exact text in a file, as often as was expected and no other number of times. */
export const editFile = defineTool({
	name: "edit_file",
	title: "Edit file",
	description:
		"Replaces exact text in a file. Each edit says how often its text stands there (once by default); if that is wrong nothing is changed. `dry_run` only shows the difference.",
	effect: "write",
	input: z.object({
		path: slot("path", z.string().min(1).max(4096)),
		edits: z
			.array(
				z.object({
					find: z.string().min(1).max(1_000_000),
					replace: z.string().max(1_000_000),
					expected: z.number().int().min(1).max(100_000).default(1),
				}),
			)
			.max(200)
			.default([]),
		find: slot("text", z.string().min(1).max(1_000_000))
			.optional()
			.describe("One text to replace, in place of `edits`"),
		replace: slot("text", z.string().max(1_000_000)).optional().describe("What to put in its place"),
		dry_run: z.boolean().default(false),
	}),
	output: z.object({ path: z.string(), diff: z.string().describe("Unified diff"), changed: z.boolean() }),
	voice: {
		en: {
			sentences: [
				"(replace|change|swap) {find} (with|by|to|into|for) {replace} in [the] [file] {path!}",
				"(replace|change|swap) {find} (with|by|to|into|for) {replace} in the file {path}",
				"in [the] [file] {path!} (replace|change|swap) {find} (with|by|to|into|for) {replace}",
			],
		},
	},
	summary: ({ path, ...wanted }) =>
		`Edit ${sayPath(path)}: ${editsOf(wanted)
			.map(({ find, replace }) => `"${clip(find)}" becomes "${clip(replace)}"`)
			.join("; ")}`,
	say: ({ changed }, { dry_run }) =>
		dry_run ? "The difference is on the page; nothing was changed." : changed ? "Edited." : "Nothing changed.",
	resolve: async ({ path, ...rest }, { folders }: SystemAdapters) => ({ ...rest, path: await folders.meant(path) }),
	async run({ path, dry_run, ...wanted }, { folders, trash }: SystemAdapters) {
		const edits = editsOf(wanted);
		if (edits.length === 0) {
			throw new AiosError("bad_request", "There is nothing to replace.", { fix: "Give edits, or find and replace." });
		}
		const real = await folders.resolveForWriting(path);
		const before = await readText(folders, real).catch(explainFileError(path));
		const after = edits.reduce((text, { find, replace, expected }, index) => {
			const parts = text.split(find);
			if (parts.length - 1 !== expected) {
				throw new AiosError(
					"conflict",
					`The text of edit ${index + 1} stands in ${path} ${parts.length - 1} times, not ${expected}.`,
					{
						fix: "Give more of the text around it, or the right number.",
						details: { edit: index + 1, found: parts.length - 1, expected },
					},
				);
			}
			return parts.join(replace);
		}, before);
		const diff = before === after ? "" : createTwoFilesPatch(path, path, before, after, "before", "after");
		if (!dry_run && before !== after)
			await replaceFile(real, Buffer.from(after), { trash }).catch(explainFileError(path));
		return { path: real, diff, changed: !dry_run && before !== after };
	},
});

/** All that is to be replaced, however it was given. */
function editsOf({
	edits,
	find,
	replace,
}: {
	edits: readonly Edit[];
	find?: string;
	replace?: string;
}): readonly Edit[] {
	return find === undefined ? edits : [...edits, { find, replace: replace ?? "", expected: 1 }];
}

function clip(text: string): string {
	return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

async function readText(folders: Folders, real: string): Promise<string> {
	await using file = await folders.open(real);
	return await file.readFile("utf8");
}

import { createTwoFilesPatch } from "diff";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";
import { replaceFile } from "./replace-file.ts";

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
			.min(1)
			.max(200),
		dry_run: z.boolean().default(false),
	}),
	output: z.object({ path: z.string(), diff: z.string().describe("Unified diff"), changed: z.boolean() }),
	voice: { en: { sentences: ["edit [the] file {path}"], ask: { edits: "What should be replaced, and by what?" } } },
	summary: ({ path, edits }) =>
		`Edit ${path}: ${edits.map(({ find, replace }) => `"${clip(find)}" becomes "${clip(replace)}"`).join("; ")}`,
	say: ({ changed }, { dry_run }) =>
		dry_run ? "The difference is on the page; nothing was changed." : changed ? "Edited." : "Nothing changed.",
	async run({ path, edits, dry_run }, { folders, trash }: SystemAdapters) {
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

function clip(text: string): string {
	return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

async function readText(folders: Folders, real: string): Promise<string> {
	await using file = await folders.open(real);
	return await file.readFile("utf8");
}

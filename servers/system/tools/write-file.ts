import { mkdir, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";
import { sayCount, sayPath } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";
import { replaceFile } from "./replace-file.ts";

/** Writes a text file whole; what it replaces goes to the trash. */
export const writeFile = defineTool({
	name: "write_file",
	title: "Write file",
	description:
		"Writes a text file. An existing one is only replaced with `overwrite`, and its old version goes to the trash.",
	effect: "write",
	idempotent: false,
	input: z.object({
		path: slot("path", z.string().min(1).max(4096)),
		content: slot("text", z.string().max(20_000_000)),
		overwrite: z.boolean().default(false),
		append: z.boolean().default(false),
	}),
	output: z.object({ path: z.string(), bytes: z.number().int(), replaced: z.boolean() }),
	voice: {
		en: {
			sentences: [
				"(write|save|put) {content} (to|in|into) [the|a] [new] [text] file [called|named] {path}",
				"(write|save|put) {content} (to|in|into) {path!}",
				"(create|make|write|start) [a] [new] [text] file [called|named] {path} (with|saying|that says|containing) [the] [text|content|words] {content}",
				"(create|make|start) {path!} (with|saying|that says|containing) [the] [text|content|words] {content}",
				"(create|make|start) [a] [new] [text] file [called|named] {path}",
			],
			fixed: [
				{ text: "(add|append|write) {content} to the end of [the] [file] {path}", values: { append: true } },
				{ text: "(add|append) {content} to [the] file {path}", values: { append: true } },
				{ text: "(add|append) {content} to {path!}", values: { append: true } },
			],
			ask: { path: "Into which file?", content: "What should it say?" },
		},
	},
	summary: ({ path, content, append }) =>
		`${append ? "Append" : "Write"} ${sayCount(content.length, "character")} to ${sayPath(path)}`,
	say: ({ path, replaced }) => `I wrote it to ${basename(path)}.${replaced ? " The old version is in the trash." : ""}`,
	async run({ path, content, overwrite, append }, { folders, trash }: SystemAdapters) {
		const real = await folders.resolveForWriting(path);
		const found = await stat(real).catch(() => undefined);
		if (found?.isDirectory()) throw new AiosError("bad_request", `${path} is a folder.`);
		if (found !== undefined && !overwrite && !append) {
			throw new AiosError("conflict", `${path} is there already.`, {
				fix: "Set overwrite to replace it, or append to add to it.",
			});
		}
		await mkdir(dirname(real), { recursive: true }).catch(explainFileError(path));
		const old =
			append && found !== undefined ? await readHeld(folders, real).catch(explainFileError(path)) : new Uint8Array();
		const bytes = Buffer.concat([old, Buffer.from(content)]);
		const replaced = found !== undefined && !append;
		await replaceFile(real, bytes, { trash: replaced ? trash : undefined }).catch(explainFileError(path));
		return { path: real, bytes: bytes.length, replaced };
	},
});

async function readHeld(folders: Folders, real: string): Promise<Uint8Array> {
	await using file = await folders.open(real);
	return await file.readFile();
}

import { access, cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { exists, holdFolder } from "../../../core/files/index.ts";
import { sayPath } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";

const input = z.object({
	from: slot("path", z.string().min(1).max(4096)),
	to: slot("path", z.string().min(1).max(4096)).describe("The new path, or a folder to put it into"),
	overwrite: z.boolean().default(false).describe("Replace what is there; it goes to the trash"),
});
const output = z.object({ from: z.string(), to: z.string(), replaced: z.boolean() });

/** Moves or renames a file or folder. */
export const movePath = defineTool({
	name: "move_path",
	title: "Move",
	description:
		"Moves or renames a file or folder. What is in the way is only replaced with `overwrite`, and goes to the trash.",
	effect: "write",
	idempotent: false,
	input,
	output,
	voice: {
		en: {
			sentences: [
				"(move|put|shift) [the] (file|folder) {from} (to|into|in|onto|on) [the|my] [folder] {to}",
				"(move|put|shift) {from!} (to|into|in|onto|on) [the|my] [folder] {to}",
				"move {from} (to|into|onto) [the|my] [folder] {to!}",
				"move [the] {from} (to|into) [the|my] folder {to}",
				"rename [the] [file|folder] {from} to {to}",
				"change the name of [the] [file|folder] {from} to {to}",
			],
			ask: { from: "Move what?", to: "Where to?" },
		},
	},
	summary: ({ from, to }) => `Move ${sayPath(from)} to ${sayPath(to)}`,
	say: ({ from, to }) =>
		dirname(from) === dirname(to) ? `It is called ${basename(to)} now.` : `Moved to ${basename(dirname(to)) || to}.`,
	resolve: meant,
	async run(request, adapters: SystemAdapters) {
		const { from, to, replaced } = await prepare(request, adapters);
		await held(from, to, (source, target) =>
			rename(source, target).catch(async (error: unknown) => {
				if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
				await copy(source, target, adapters);
				await rm(source, { recursive: true });
			}),
		).catch(explainFileError(request.from));
		return { from, to, replaced };
	},
});

/** Copies a file, or a folder with all in it. */
export const copyPath = defineTool({
	name: "copy_path",
	title: "Copy",
	description: "Copies a file or folder. What is in the way is only replaced with `overwrite`, and goes to the trash.",
	effect: "write",
	idempotent: false,
	input,
	output,
	voice: {
		en: {
			sentences: [
				"copy [the] (file|folder) {from} (to|into|in|onto) [the|my] [folder] {to}",
				"copy {from!} (to|into|in|onto) [the|my] [folder] {to}",
				"copy {from} (to|into|onto) [the|my] [folder] {to!}",
				"copy [the] {from} (to|into) [the|my] folder {to}",
				"(make|create) a copy of [the] [file|folder] {from} (in|into|as|called) [the|my] [folder] {to}",
				"(make|create) a copy of [the] [file|folder] {from!}",
				"(make|create) a copy of [the] (file|folder) {from}",
				"(duplicate|back up) [the] (file|folder) {from}",
				"(duplicate|back up) {from!}",
			],
			ask: { from: "Copy what?", to: "Where to?" },
		},
	},
	summary: ({ from, to }) => `Copy ${sayPath(from)} to ${sayPath(to)}`,
	say: ({ from, to }) =>
		dirname(from) === dirname(to) ? `Copied as ${basename(to)}.` : `Copied to ${basename(dirname(to)) || to}.`,
	resolve: meant,
	async run(request, adapters: SystemAdapters) {
		const { from, to, replaced } = await prepare(request, adapters);
		await held(from, to, (source, target) => copy(source, target, adapters)).catch(explainFileError(request.from));
		return { from, to, replaced };
	},
});

/** Copies all as it is. A second name of what tools never touch would lie open as a copy, so that ends it. */
function copy(source: string, target: string, { folders }: SystemAdapters): Promise<void> {
	const filter = (path: string) => folders.refuseTwin(path).then(() => true);
	return cp(source, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, filter });
}

/** What is moved exists under the name that was said, or one like it; where it goes may be new. */
async function meant({ from, to, overwrite }: z.output<typeof input>, { folders }: SystemAdapters) {
	const source = await folders.meant(from, { slot: "from" });
	const target = await folders.meant(to, { slot: "to" }).catch((error: unknown) => {
		if (error instanceof AiosError && error.code === "not_found") return to;
		throw error;
	});
	return { from: source, to: target, overwrite };
}

/** Does the work with both folders held, so that neither end can be exchanged meanwhile. */
async function held(from: string, to: string, work: (from: string, to: string) => Promise<void>): Promise<void> {
	await using source = await holdFolder(dirname(from));
	await using target = await holdFolder(dirname(to));
	await work(join(source.path, basename(from)), join(target.path, basename(to)));
}

/** Resolves both ends within the allowed folders and clears the way. */
async function prepare(
	request: z.output<typeof input>,
	{ folders, trash }: SystemAdapters,
): Promise<{ from: string; to: string; replaced: boolean }> {
	const from = await folders.resolve(request.from);
	await access(from).catch(explainFileError(request.from));
	await folders.refuseAround(from);
	const target = await folders.resolveForWriting(request.to);
	const into = (await stat(target).catch(() => undefined))?.isDirectory() === true;
	const to = into ? await folders.resolveForWriting(join(target, basename(from))) : target;
	if (to === from || to.startsWith(`${from}/`)) {
		throw new AiosError("bad_request", `${request.to} is ${request.from} itself, or inside it.`);
	}
	const replaced = await exists(to);
	if (replaced && !request.overwrite) {
		throw new AiosError("conflict", `${to} is there already.`, { fix: "Choose another name, or set overwrite." });
	}
	if (replaced) await trash(to);
	await mkdir(dirname(to), { recursive: true }).catch(explainFileError(request.to));
	return { from, to, replaced };
}

import { chmod, copyFile, mkdtemp, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { holdFolder } from "../../../core/files/index.ts";
import type { Trash } from "../adapters/index.ts";

/**
 * Puts `bytes` in the place of a file in one step, its mode kept: a reader sees the old or the new, never a half.
 * With `trash`, a copy of the old version goes there first.
 */
export async function replaceFile(
	path: string,
	bytes: Uint8Array,
	options: { trash: Trash | undefined },
): Promise<void> {
	await using held = await holdFolder(dirname(path));
	const place = join(held.path, basename(path));
	const folder = await mkdtemp(join(held.path, ".aios-"));
	try {
		const next = join(folder, "next");
		const old = await stat(place).catch(() => undefined);
		await writeFile(next, bytes, { flush: true });
		if (old !== undefined) await chmod(next, old.mode & 0o7777);
		if (old !== undefined && options.trash !== undefined) {
			const copy = join(folder, basename(path));
			await copyFile(place, copy);
			await options.trash(await realpath(copy));
		}
		await rename(next, place);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

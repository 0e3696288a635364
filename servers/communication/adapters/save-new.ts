import { open } from "node:fs/promises";
import { join } from "node:path";
import { AiosError } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";

/**
 * Writes a file of that name into an allowed folder, never over one that is there. Gives its real path. Throws
 * `conflict` where it is there already, `not_found` where the folder can't be written to, and what `folders` throws.
 */
export async function saveNew(folders: Folders, folder: string, name: string, content: Uint8Array): Promise<string> {
	const path = await folders.resolveForWriting(join(await folders.resolve(folder), name));
	const file = await open(path, "wx").catch((cause: unknown) => {
		const there = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
		throw new AiosError(
			there ? "conflict" : "not_found",
			there ? `${path} is there already.` : `${folder} is no folder I can write to.`,
			{ fix: "Choose another folder.", cause },
		);
	});
	try {
		await file.writeFile(content);
	} finally {
		await file.close();
	}
	return path;
}

import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AiosError } from "../contract/index.ts";

/**
 * A folder that can't be exchanged for another while it is worked in. Taken with `await using`: one that is never let go
 * ends the process when it is collected.
 */
interface HeldFolder extends AsyncDisposable {
	/** The path to work below: on Linux it leads to the very folder that was judged, whatever its name means by now. */
	path: string;
}

/**
 * Holds a folder given by its real path (see `Folders.resolve`). Between the judgement of a path and its use somebody could
 * put a symbolic link in its place; then this throws `forbidden`. Where the system has no way to reach a file by an open
 * folder (macOS, Windows) the name itself is given. Throws what `open` throws where the folder is not there.
 */
export async function holdFolder(real: string): Promise<HeldFolder> {
	if (process.platform !== "linux") return { path: real, [Symbol.asyncDispose]: async () => {} };
	const folder = await open(real, constants.O_RDONLY | constants.O_DIRECTORY);
	const path = `/proc/self/fd/${folder.fd}`;
	try {
		if ((await realpath(path)) !== real) throw exchanged(real);
	} catch (error) {
		await folder.close();
		throw error;
	}
	return { path, [Symbol.asyncDispose]: () => folder.close() };
}

/** Opens a file given by its real path for reading, and no other that was put in its place meanwhile. */
export async function openHeld(real: string): Promise<FileHandle> {
	await using folder = await holdFolder(dirname(real));
	try {
		return await open(join(folder.path, basename(real)), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ELOOP") throw exchanged(real, error);
		throw error;
	}
}

function exchanged(real: string, cause?: unknown): AiosError {
	return new AiosError("forbidden", `${real} was exchanged for something else while it was opened.`, {
		spoken: "That file was exchanged while I opened it, so I leave it alone.",
		cause,
	});
}

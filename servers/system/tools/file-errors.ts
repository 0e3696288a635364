import { AiosError, type ErrorCode } from "../../../core/contract/index.ts";

const rights = "Choose another place, or give this user the right to it.";
const known: Readonly<Record<string, [code: ErrorCode, said: string, fix: string]>> = {
	ENOENT: ["not_found", "does not exist", "Check its name and folder."],
	ENOTDIR: ["bad_request", "is not a folder", "Name a folder."],
	EISDIR: ["bad_request", "is a folder, not a file", "Name a file in it."],
	EEXIST: ["conflict", "is there already", "Choose another name, or set overwrite."],
	ENOTEMPTY: ["conflict", "is not empty", "Choose another name."],
	EACCES: ["forbidden", "may not be touched by this user", rights],
	EPERM: ["forbidden", "may not be touched by this user", rights],
	EROFS: ["forbidden", "is on a read-only disk", "Choose a place on another disk."],
	ENOSPC: ["disk_full", "could not be written: the disk is full", "Make room on it, then try again."],
	ENAMETOOLONG: ["bad_request", "has too long a name", "Choose a shorter one."],
};

/** Gives a handler that turns a file system error about `path` into one a person can act on. */
export function explainFileError(path: string): (error: unknown) => never {
	return (error) => {
		const code = error instanceof Error && "code" in error ? String(error.code) : "";
		const explained = known[code];
		if (explained === undefined) throw AiosError.from(error);
		throw new AiosError(explained[0], `${path} ${explained[1]}.`, { fix: explained[2], cause: error });
	};
}

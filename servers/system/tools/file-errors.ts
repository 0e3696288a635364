import { AiosError, type ErrorCode } from "../../../core/contract/index.ts";

const known: Readonly<Record<string, [ErrorCode, string]>> = {
	ENOENT: ["not_found", "does not exist"],
	ENOTDIR: ["bad_request", "is not a folder"],
	EISDIR: ["bad_request", "is a folder, not a file"],
	EEXIST: ["conflict", "is there already"],
	ENOTEMPTY: ["conflict", "is not empty"],
	EACCES: ["forbidden", "may not be touched by this user"],
	EPERM: ["forbidden", "may not be touched by this user"],
	EROFS: ["forbidden", "is on a read-only disk"],
	ENOSPC: ["disk_full", "could not be written: the disk is full"],
	ENAMETOOLONG: ["bad_request", "has too long a name"],
};

/** Gives a handler that turns a file system error about `path` into one a person can act on. */
export function explainFileError(path: string): (error: unknown) => never {
	return (error) => {
		const code = error instanceof Error && "code" in error ? String(error.code) : "";
		const explained = known[code];
		if (explained === undefined) throw AiosError.from(error);
		throw new AiosError(explained[0], `${path} ${explained[1]}.`, { cause: error });
	};
}

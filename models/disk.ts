import { statfs } from "node:fs/promises";
import { AiosError } from "../core/contract/index.ts";

/** Throws AiosError `disk_full` unless `needed` bytes and a reserve for everything else fit on the disk of `dir`. */
export async function requireSpace(dir: string, needed: number, reserve: number): Promise<void> {
	const { bavail, bsize } = await statfs(dir);
	const free = bavail * bsize;
	if (free >= needed + reserve) return;
	throw diskFull(dir, { needed: needed + reserve, free });
}

/** Whether an error of the file system says that no room is left, on the disk or in the person's share of it. */
export function isDiskFull(error: unknown): boolean {
	return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

export function diskFull(dir: string, details: { needed?: number; free?: number }, cause?: unknown): AiosError {
	const amounts =
		details.needed === undefined || details.free === undefined
			? ""
			: `: ${megabytes(details.needed)} are needed and ${megabytes(details.free)} are free`;
	return new AiosError("disk_full", `The disk of ${dir} is full${amounts}.`, {
		spoken: "The disk is full, so the model could not be stored.",
		fix: "Free some space, or move the data folder with AIOS_DATA_DIR.",
		details: { dir, ...details },
		cause,
	});
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
	return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${Math.round(bytes / 1e6)} MB`;
}

import type { Database } from "bun:sqlite";
import { open } from "node:fs/promises";

/**
 * Makes writes that don't wait for the disk: they outlive this process as soon as they are committed, and a power cut once
 * the promise is fulfilled, since another thread has the write-ahead log brought to the disk meanwhile. Where disks are
 * busy that takes many milliseconds, which the event loop has for others. What can't be written throws at once, and then
 * nothing of it is there.
 */
export function createSyncLater(sqlite: Database, path: string): (work: () => void) => Promise<void> {
	let last = Promise.resolve();
	let next: Promise<void> | undefined;

	/** One at a time: what is committed while one is under way waits for the next. */
	function synced(): Promise<void> {
		next ??= last
			.catch(() => {})
			.then(() => {
				next = undefined;
				last = syncFile(`${path}-wal`);
				return last;
			});
		return next;
	}

	return (work) => {
		// SQLite's own way of a commit without a sync; the order on disk stays right (https://sqlite.org/pragma.html#pragma_synchronous).
		sqlite.run("PRAGMA synchronous = NORMAL");
		try {
			work();
		} finally {
			sqlite.run("PRAGMA synchronous = FULL");
		}
		return synced();
	};
}

async function syncFile(path: string): Promise<void> {
	const file = await open(path, "r+").catch((error) => {
		// Closed meanwhile: all of it is in the database's file.
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw error;
	});
	try {
		await file?.datasync();
	} finally {
		await file?.close();
	}
}

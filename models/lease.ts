import { Database } from "bun:sqlite";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Takes a lease on a name (a file path) that no other process, and no other caller in this one, holds at the same time.
 * It is an SQLite file lock: the operating system takes it back when its holder dies, so it cannot go stale.
 * `onWait` is called about four times a second while somebody else has it. Rejects with the signal's reason on abort.
 */
export async function takeLease(path: string, signal?: AbortSignal, onWait?: () => void): Promise<() => void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	for (;;) {
		signal?.throwIfAborted();
		const release = tryLease(path);
		if (release !== undefined) return release;
		onWait?.();
		await sleep(250, undefined, { signal });
	}
}

function tryLease(path: string): (() => void) | undefined {
	const database = new Database(path, { create: true, readwrite: true });
	try {
		database.run("BEGIN EXCLUSIVE");
	} catch (error) {
		database.close();
		if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY")) return undefined;
		throw error;
	}
	return () => database.close();
}

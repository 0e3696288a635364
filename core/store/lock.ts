import { Database } from "bun:sqlite";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { AiosError } from "../contract/index.ts";

/**
 * Takes a data folder for this process alone, until it lets go or ends in whatever way: the lock is SQLite's on an empty
 * database, so the system itself gives it back. Throws `conflict` while another process has it, `unavailable` where the folder can't be written.
 */
export function lockFolder(dataDir: string): () => void {
	const file = join(dataDir, "aios.lock");
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		// Whoever may read it may lock it, and so keep AIOS from starting.
		closeSync(openSync(file, "a", 0o600));
		chmodSync(file, 0o600);
	} catch (cause) {
		throw new AiosError("unavailable", `The data folder ${dataDir} can't be used: ${AiosError.from(cause).message}`, {
			fix: "Let this user write there, or choose another folder with AIOS_DATA_DIR.",
			cause,
		});
	}
	const lock = new Database(file);
	try {
		lock.run("PRAGMA locking_mode = EXCLUSIVE");
		lock.run("BEGIN EXCLUSIVE");
	} catch (cause) {
		lock.close();
		throw new AiosError("conflict", `AIOS is running already with the data folder ${dataDir}.`, {
			fix: "Open its page, stop it first, or choose another folder with AIOS_DATA_DIR.",
			cause,
		});
	}
	return () => lock.close();
}

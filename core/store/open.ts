import { Database } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import { migrate } from "drizzle-orm/bun-sqlite/migrator";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { AiosError, type Logger, silentLogger } from "../contract/index.ts";
import { examineStore } from "./examine.ts";
import { createSyncLater } from "./sync-later.ts";

/** The open database. Repositories are functions over it; nothing else touches the file. */
export interface Store {
	readonly path: string;
	readonly db: BunSQLiteDatabase & { $client: Database };
	/** Does writes in one transaction without waiting for the disk, and throws where they can't be done; see {@link createSyncLater}. */
	syncLater(work: () => void): Promise<void>;
	/** Writes a complete, consistent, checked copy while the store stays in use; mode 600. Refuses to overwrite a file (`conflict`). */
	backup(path: string): void;
	/** Folds the write-ahead log into the file and closes it. A second call does nothing. */
	close(): void;
}

/** How long a write waits for another process (the command line beside the running service) before it fails. */
const busyTimeoutMs = 5_000;

/** SQLite's name for a database that is gone when it is closed. */
const inMemory = ":memory:";

const ownMigrations = join(import.meta.dirname, "migrations");

/**
 * Opens the database at `path`, making it (mode 600) and its folder (mode 700) where they are missing, checks it and
 * brings it to this version's tables. Every acknowledged write survives a kill and a power cut (WAL, synchronous FULL).
 * Throws `internal` when the file is damaged (it is set aside under a new name, never deleted), `conflict` when a newer
 * version wrote it, and `unavailable` when it can't be opened.
 */
export function openStore({
	path,
	log = silentLogger,
	migrationsFolder = ownMigrations,
}: {
	path: string;
	log?: Logger;
	/** Where the steps from version to version are; this version's own by default. */
	migrationsFolder?: string;
}): Store {
	const sqlite = openChecked(path, log);
	try {
		const db = drizzle({ client: sqlite });
		refuseNewer(sqlite, path, migrationsFolder);
		bringUp(db, path, migrationsFolder);
		let open = true;
		return {
			path,
			db,
			syncLater: createSyncLater(sqlite, path),
			backup: (to) => backup(sqlite, to),
			close() {
				if (!open) return;
				open = false;
				sqlite.run("PRAGMA wal_checkpoint(TRUNCATE)");
				sqlite.close();
			},
		};
	} catch (error) {
		sqlite.close();
		throw asStoreError(error, path);
	}
}

function openChecked(path: string, log: Logger): Database {
	let sqlite: Database | undefined;
	try {
		if (path === inMemory) {
			sqlite = new Database(path, { strict: true });
			sqlite.run("PRAGMA foreign_keys = ON");
			return sqlite;
		}
		if (!existsSync(path)) {
			mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
			closeSync(openSync(path, "a", 0o600));
		}
		chmodSync(path, 0o600);
		sqlite = new Database(path, { readwrite: true, create: true, strict: true });
		sqlite.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
		const opened = sqlite;
		patiently(() => opened.run("PRAGMA journal_mode = WAL"));
		sqlite.run("PRAGMA synchronous = FULL");
		sqlite.run("PRAGMA foreign_keys = ON");
		const [result] = sqlite.query("PRAGMA quick_check(1)").values();
		if (result?.[0] !== "ok") throw damaged(String(result?.[0]));
		return sqlite;
	} catch (error) {
		sqlite?.close();
		if (!isDamage(error)) throw asStoreError(error, path);
		throw setAside(path, error, log);
	}
}

/**
 * Tries again while another process is at the same step: two that start at once both want to make the tables, and the
 * loser, rolled back, finds them made the next time.
 */
function patiently<T>(work: () => T): T {
	const until = Date.now() + busyTimeoutMs;
	for (;;) {
		try {
			return work();
		} catch (error) {
			const raced = codeOf(error)?.startsWith("SQLITE_BUSY") || /already exists/.test(messageOf(error));
			if (!raced || Date.now() > until) throw error;
			Bun.sleepSync(20);
		}
	}
}

/** An error's message and those of its causes: drizzle wraps what SQLite says. */
function messageOf(error: unknown): string {
	return error instanceof Error ? `${error.message} ${messageOf(error.cause)}` : "";
}

/** SQLite's own codes for a file whose content is wrong, and for one that never was a database. */
const damageCodes = new Set(["SQLITE_CORRUPT", "SQLITE_NOTADB"]);

function damaged(message: string): Error {
	return Object.assign(new Error(message), { code: "SQLITE_CORRUPT" });
}

function codeOf(error: unknown): string | undefined {
	if (!(error instanceof Error)) return undefined;
	return "code" in error && typeof error.code === "string" ? error.code : codeOf(error.cause);
}

function isDamage(error: unknown): boolean {
	const code = codeOf(error);
	return code !== undefined && [...damageCodes].some((known) => code.startsWith(known));
}

function setAside(path: string, cause: unknown, log: Logger): AiosError {
	const kept = `${path}.damaged-${new Date().toISOString().replaceAll(":", "-")}`;
	for (const suffix of ["", "-wal", "-shm"]) {
		if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
	}
	log.error("the database is damaged and was set aside", { path, kept });
	return new AiosError("internal", `The database ${path} is damaged. It was set aside as ${kept}.`, {
		spoken: "My database is damaged, so I can't start.",
		fix: `Copy a backup to ${path} and start again; without one, starting again begins with an empty database.`,
		details: { path, kept },
		cause,
	});
}

/** Runs the steps that are missing, in one transaction: all of them count, or none. */
function bringUp(db: BunSQLiteDatabase, path: string, migrationsFolder: string): void {
	try {
		patiently(() => migrate(db, { migrationsFolder }));
	} catch (cause) {
		if (isDamage(cause) || codeOf(cause)?.startsWith("SQLITE_FULL")) throw cause;
		throw new AiosError(
			"internal",
			`The database ${path} can't be brought to this version: ${messageOf(cause).trim()}`,
			{
				spoken: "I can't bring my database up to date.",
				fix: "Nothing in it was changed: start the version you had before, and report this.",
				details: { path },
				cause,
			},
		);
	}
}

function refuseNewer(sqlite: Database, path: string, migrationsFolder: string): void {
	const known = readMigrationFiles({ migrationsFolder }).at(-1)?.folderMillis ?? 0;
	const table = sqlite.query("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
	if (table === null) return;
	const [row] = sqlite.query("SELECT max(created_at) FROM __drizzle_migrations").values();
	if (Number(row?.[0] ?? 0) <= known) return;
	throw new AiosError("conflict", `The database ${path} was written by a newer version of AIOS.`, {
		fix: "Start that version, or point AIOS_DATA_DIR at another folder.",
		details: { path },
	});
}

function asStoreError(error: unknown, path: string): AiosError {
	if (error instanceof AiosError) return error;
	const code = codeOf(error) ?? "";
	const reason = error instanceof Error ? error.message : String(error);
	if (code.startsWith("SQLITE_FULL") || code === "ENOSPC") {
		return new AiosError("disk_full", `There is no room left for the database ${path}.`, {
			fix: "Free some disk space and try again.",
			cause: error,
		});
	}
	return new AiosError("unavailable", `The database ${path} can't be opened: ${reason}`, {
		spoken: "I can't open my database.",
		fix: "Check that the folder exists, is writable and on a local disk.",
		details: { path },
		cause: error,
	});
}

function backup(sqlite: Database, to: string): void {
	if (existsSync(to)) {
		throw new AiosError("conflict", `There is already a file at ${to}.`, { fix: "Choose another name." });
	}
	const part = `${to}.part`;
	try {
		mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
		rmSync(part, { force: true });
		// SQLite fills an empty file that is there, and so keeps its mode.
		closeSync(openSync(part, "wx", 0o600));
		sqlite.query("VACUUM INTO ?").run(part);
		const { problems = ["it is gone"] } = examineStore(part) ?? {};
		if (problems.length > 0) {
			throw new AiosError("internal", `The copy is not whole: ${problems.join("; ")}`, {
				fix: "Look at the disk, and at the database with: aios doctor",
			});
		}
		renameSync(part, to);
	} catch (error) {
		rmSync(part, { force: true });
		throw asStoreError(error, to);
	}
}

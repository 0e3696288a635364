import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";

export interface Examined {
	tables: number;
	/** What SQLite found wrong, at most ten sentences; empty where the file is whole. */
	problems: string[];
}

const mostProblems = 10;

/** Reads a whole database, every page, index and reference of it, and changes nothing. Undefined where there is none. */
export function examineStore(path: string): Examined | undefined {
	if (!existsSync(path)) return undefined;
	let sqlite: Database | undefined;
	try {
		// Not read-only: the write-ahead log of a database nobody has open can only be read by who may write it.
		sqlite = new Database(path, { readwrite: true, create: false });
		sqlite.run("PRAGMA busy_timeout = 5000");
		const integrity = sqlite.query(`PRAGMA integrity_check(${mostProblems})`).values();
		const problems = integrity.map(([line]) => String(line)).filter((line) => line !== "ok");
		const broken = sqlite.query("PRAGMA foreign_key_check").values();
		if (broken.length > 0) problems.push(`${broken.length} rows refer to rows that are not there`);
		const [tables] = sqlite.query("SELECT count(*) FROM sqlite_master WHERE type = 'table'").values();
		return { tables: Number(tables?.[0] ?? 0), problems };
	} catch (error) {
		return { tables: 0, problems: [error instanceof Error ? error.message : String(error)] };
	} finally {
		sqlite?.close();
	}
}

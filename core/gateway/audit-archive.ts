import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { AuditRow, audit } from "../store/index.ts";

/** Rows moved at a time: a few milliseconds, between which others get their turn. */
const batchRows = 1_000;

/**
 * Moves audit rows from before `before`, and those beyond the newest `keep`, out of the database into a file of JSON
 * lines in `dir` (mode 600), named by the day and the first row. Rows leave the database only once the file is on
 * disk; a crash in between leaves them in both, under the same ids. Gives the file, or nothing where nothing was due.
 */
export async function archiveAudit(deps: {
	rows: Pick<ReturnType<typeof audit>, "outdated" | "remove">;
	dir: string;
	before: number;
	keep: number;
	now: Date;
}): Promise<{ file: string; moved: number } | undefined> {
	const { rows, dir, before, keep, now } = deps;
	let due = rows.outdated({ before, keep, limit: batchRows });
	const [first] = due;
	if (first === undefined) return undefined;
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	const file = join(dir, `audit-${now.toISOString().slice(0, 10)}-${first.id}.jsonl`);
	const open = openSync(file, "a", 0o600);
	let moved = 0;
	try {
		while (due.length > 0) {
			writeSync(open, due.map(written).join(""));
			fsyncSync(open);
			rows.remove(due.map(({ id }) => id));
			moved += due.length;
			await new Promise((resolve) => setImmediate(resolve));
			due = rows.outdated({ before, keep, limit: batchRows });
		}
	} finally {
		closeSync(open);
	}
	return { file, moved };
}

function written(row: AuditRow): string {
	return `${JSON.stringify({ ...row, at: new Date(row.at).toISOString() })}\n`;
}

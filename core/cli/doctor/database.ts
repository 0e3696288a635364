import { join } from "node:path";
import { examineStore } from "../../store/index.ts";
import type { Finding } from "./finding.ts";

/** Whether the database is whole: every page, index and reference of it is read. */
export async function lookAtDatabase(dataDir: string): Promise<Finding> {
	const base = { part: "database", essential: true };
	const path = join(dataDir, "aios.db");
	const found = examineStore(path);
	if (found === undefined) return { ...base, ok: true, what: "It is made at the first start." };
	if (found.problems.length === 0) {
		return { ...base, ok: true, what: `${path} is whole (${found.tables} tables).` };
	}
	return {
		...base,
		ok: false,
		what: `${path} is damaged: ${found.problems.slice(0, 3).join("; ")}`,
		fix: `Stop AIOS and copy a backup to ${path}; the next start sets the damaged one aside, it deletes nothing.`,
	};
}

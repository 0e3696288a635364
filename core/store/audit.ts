import { and, asc, desc, eq, gte, inArray, lt, lte, max, or, type SQL, sql } from "drizzle-orm";
import { prepareInsert } from "./insert.ts";
import type { Store } from "./open.ts";
import { auditTable } from "./schema/audit.ts";

export type AuditRow = typeof auditTable.$inferSelect;
export type NewAudit = typeof auditTable.$inferInsert;

/** Which rows are asked for; what is absent does not matter. Instants are milliseconds since 1970, UTC. */
export interface AuditQuery {
	/** Id or name of the person. */
	user?: string;
	/** As in "tool.call", or "key.*" for all that begin so. */
	action?: string;
	/** As in "system:delete_path", or "system:*". */
	target?: string;
	outcome?: AuditRow["outcome"];
	/** Where it came from: a network address, "voice", "text", "direct", "mcp". */
	origin?: string;
	/** Id of the key or sign-in. */
	credential?: string;
	turn?: string;
	since?: number;
	until?: number;
}

function conditions({ user, action, target, outcome, origin, credential, turn, since, until }: AuditQuery): SQL[] {
	const found = [
		user === undefined ? undefined : or(eq(auditTable.userId, user), eq(auditTable.userName, user)),
		action === undefined ? undefined : fits(auditTable.action, action),
		target === undefined ? undefined : fits(auditTable.target, target),
		outcome === undefined ? undefined : eq(auditTable.outcome, outcome),
		origin === undefined ? undefined : eq(auditTable.origin, origin),
		credential === undefined ? undefined : eq(auditTable.credential, credential),
		turn === undefined ? undefined : eq(auditTable.turn, turn),
		since === undefined ? undefined : gte(auditTable.at, since),
		until === undefined ? undefined : lt(auditTable.at, until),
	];
	return found.filter((one) => one !== undefined);
}

/** Equal, or with a `*` at the end beginning so. */
function fits(column: typeof auditTable.action | typeof auditTable.target, pattern: string): SQL {
	if (!pattern.endsWith("*")) return eq(column, pattern);
	const literal = pattern.slice(0, -1).replaceAll(/[\\%_]/g, "\\$&");
	return sql`${column} LIKE ${`${literal}%`} ESCAPE '\\'`;
}

/** Who did what. Every change is on disk when the call returns. */
export function audit({ db }: Store) {
	const insert = prepareInsert({ db }, auditTable, "id");
	return {
		add(row: NewAudit): void {
			db.insert(auditTable).values(row).run();
		},
		/** Adds many in one transaction, in their order. */
		addAll(rows: readonly Omit<AuditRow, "id">[]): void {
			db.transaction(() => insert(rows));
		},
		/** Newest first: at most `limit`, older than the row `before`. */
		list({ before, limit, ...wanted }: AuditQuery & { before?: number; limit: number }): AuditRow[] {
			return db
				.select()
				.from(auditTable)
				.where(and(...conditions(wanted), before === undefined ? undefined : lt(auditTable.id, before)))
				.orderBy(desc(auditTable.id))
				.limit(limit)
				.all();
		},
		/** The oldest rows: at most `limit` of those before `before`, and of those that more than `keep` others follow. */
		outdated({ before, keep, limit }: { before: number; keep: number; limit: number }): AuditRow[] {
			const [newest] = db
				.select({ id: max(auditTable.id) })
				.from(auditTable)
				.all();
			const surplus = (newest?.id ?? 0) - keep;
			return db
				.select()
				.from(auditTable)
				.where(or(lt(auditTable.at, before), lte(auditTable.id, surplus)))
				.orderBy(asc(auditTable.id))
				.limit(limit)
				.all();
		},
		/** Takes rows out by their ids. */
		remove(ids: readonly number[]): void {
			db.delete(auditTable)
				.where(inArray(auditTable.id, [...ids]))
				.run();
		},
	};
}

import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Store } from "./open.ts";
import { auditTable } from "./schema/audit.ts";

export type AuditRow = typeof auditTable.$inferSelect;
export type NewAudit = typeof auditTable.$inferInsert;

const placeholders = {
	at: sql.placeholder("at"),
	userId: sql.placeholder("userId"),
	userName: sql.placeholder("userName"),
	credential: sql.placeholder("credential"),
	origin: sql.placeholder("origin"),
	action: sql.placeholder("action"),
	target: sql.placeholder("target"),
	digest: sql.placeholder("digest"),
	outcome: sql.placeholder("outcome"),
	code: sql.placeholder("code"),
	turn: sql.placeholder("turn"),
};

/** Who did what. Every change is on disk when the call returns. */
export function audit({ db }: Store) {
	// Prepared once, as for the turns: every acting call brings a row.
	const insert = db.insert(auditTable).values(placeholders).prepare();
	return {
		add(row: NewAudit): void {
			db.insert(auditTable).values(row).run();
		},
		/** Adds many in one transaction, in their order. */
		addAll(rows: readonly Omit<AuditRow, "id">[]): void {
			db.transaction(() => {
				for (const row of rows) insert.run(row);
			});
		},
		/** Newest first: at most `limit`, older than the row `before`. */
		list({
			userId,
			action,
			before,
			limit,
		}: {
			userId?: string;
			action?: string;
			before?: number;
			limit: number;
		}): AuditRow[] {
			return db
				.select()
				.from(auditTable)
				.where(
					and(
						userId === undefined ? undefined : eq(auditTable.userId, userId),
						action === undefined ? undefined : eq(auditTable.action, action),
						before === undefined ? undefined : lt(auditTable.id, before),
					),
				)
				.orderBy(desc(auditTable.id))
				.limit(limit)
				.all();
		},
		/** Forgets what is older than `before`. */
		prune(before: number): void {
			db.delete(auditTable).where(lt(auditTable.at, before)).run();
		},
	};
}

import { and, desc, eq, lt } from "drizzle-orm";
import type { Store } from "./open.ts";
import { auditTable } from "./schema/audit.ts";

export type AuditRow = typeof auditTable.$inferSelect;
export type NewAudit = typeof auditTable.$inferInsert;

/** Who did what. Every change is on disk when the call returns. */
export function audit({ db }: Store) {
	return {
		add(row: NewAudit): void {
			db.insert(auditTable).values(row).run();
		},
		/** Adds many in one transaction, in their order. */
		addAll(rows: readonly NewAudit[]): void {
			db.transaction((tx) => {
				for (const row of rows) tx.insert(auditTable).values(row).run();
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

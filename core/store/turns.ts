import { and, desc, eq, isNull, lt } from "drizzle-orm";
import type { Store } from "./open.ts";
import { confirmationsTable, turnsTable } from "./schema/turns.ts";

export type TurnRow = typeof turnsTable.$inferSelect;
export type NewTurn = Omit<TurnRow, "seq">;
export type ConfirmationRow = typeof confirmationsTable.$inferSelect;

/** What was said and done. Every change is on disk when the call returns. */
export function turns({ db }: Store) {
	return {
		/** Newest first: at most `limit`, older than the row `before`; of one person or, without `userId`, of all. */
		list({ userId, before, limit }: { userId?: string; before?: number; limit: number }): TurnRow[] {
			return db
				.select()
				.from(turnsTable)
				.where(
					and(
						userId === undefined ? undefined : eq(turnsTable.userId, userId),
						before === undefined ? undefined : lt(turnsTable.seq, before),
					),
				)
				.orderBy(desc(turnsTable.seq))
				.limit(limit)
				.all();
		},
		/** Forgets what is older than `before`. */
		prune(before: number): void {
			db.delete(turnsTable).where(lt(turnsTable.at, before)).run();
		},
	};
}

/** Calls that wait for a yes. Every change is on disk when the call returns. */
export function confirmations({ db }: Store) {
	return {
		add(row: ConfirmationRow): void {
			db.insert(confirmationsTable).values(row).run();
		},
		byId: (id: string): ConfirmationRow | undefined =>
			db.select().from(confirmationsTable).where(eq(confirmationsTable.id, id)).get(),
		/** Marks it answered and forgets the call's content; false when it was already. */
		use(id: string, at: number): boolean {
			return (
				db
					.update(confirmationsTable)
					.set({ usedAt: at, arguments: {}, summary: "" })
					.where(and(eq(confirmationsTable.id, id), isNull(confirmationsTable.usedAt)))
					.returning({ id: confirmationsTable.id })
					.all().length > 0
			);
		},
		/** Forgets those that expired before `before`. */
		prune(before: number): void {
			db.delete(confirmationsTable).where(lt(confirmationsTable.expiresAt, before)).run();
		},
	};
}

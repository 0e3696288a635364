import { and, asc, eq, lte, min, sql } from "drizzle-orm";
import type { Store } from "./open.ts";
import { schedulesTable as table } from "./schema/schedules.ts";

/** A timer, alarm or reminder that is still to come. */
export type ScheduleRow = typeof table.$inferSelect;

/** Timers, alarms and reminders of everyone. Every change is on disk when the call returns. */
export function schedules({ db }: Store) {
	// Prepared once: asked for at every look at the timers.
	const own = db
		.select()
		.from(table)
		.where(and(eq(table.userId, sql.placeholder("userId")), eq(table.kind, sql.placeholder("kind"))))
		.orderBy(asc(table.dueAt), asc(table.createdAt))
		.prepare();
	return {
		add(row: ScheduleRow): void {
			db.insert(table).values(row).run();
		},
		/** A person's own, soonest first. */
		of: (userId: string, kind: ScheduleRow["kind"]): ScheduleRow[] => own.all({ userId, kind }),
		/** Everyone's that are due at `now` (ms), earliest first. */
		due(now: number): ScheduleRow[] {
			return db.select().from(table).where(lte(table.dueAt, now)).orderBy(asc(table.dueAt)).all();
		},
		/** When the next one of all is due, in ms. */
		nextDue(): number | undefined {
			return (
				db
					.select({ at: min(table.dueAt) })
					.from(table)
					.get()?.at ?? undefined
			);
		},
		moveTo(id: string, dueAt: number): void {
			db.update(table).set({ dueAt }).where(eq(table.id, id)).run();
		},
		/** Whether there was such a one. */
		remove(id: string): boolean {
			return db.delete(table).where(eq(table.id, id)).returning({ id: table.id }).all().length > 0;
		},
	};
}

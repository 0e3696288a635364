import { and, count, desc, eq, gt, isNull, lt, notInArray, or } from "drizzle-orm";
import type { Store } from "./open.ts";
import { applicationsTable, grantsTable } from "./schema/applications.ts";

export type ApplicationRow = typeof applicationsTable.$inferSelect;
export type GrantRow = typeof grantsTable.$inferSelect;

/** Programs that may ask to be let in. Every change is on disk when the call returns. */
export function applications({ db }: Store) {
	const used = () => db.select({ id: grantsTable.applicationId }).from(grantsTable);
	return {
		/** Adds one, or replaces what is known of it. */
		put(row: ApplicationRow): void {
			const { id: _, createdAt: __, ...change } = row;
			db.insert(applicationsTable).values(row).onConflictDoUpdate({ target: applicationsTable.id, set: change }).run();
		},
		byId: (id: string): ApplicationRow | undefined =>
			db.select().from(applicationsTable).where(eq(applicationsTable.id, id)).get(),
		count: (): number => db.select({ count: count() }).from(applicationsTable).get()?.count ?? 0,
		/** Forgets those made before `before` that nobody has let in. */
		pruneUnused(before: number): void {
			db.delete(applicationsTable)
				.where(and(lt(applicationsTable.createdAt, before), notInArray(applicationsTable.id, used())))
				.run();
		},
	};
}

/** What people allowed applications. Every change is on disk when the call returns. */
export function grants({ db }: Store) {
	return {
		add(row: GrantRow): void {
			db.insert(grantsTable).values(row).run();
		},
		byId: (id: string): GrantRow | undefined => db.select().from(grantsTable).where(eq(grantsTable.id, id)).get(),
		byFamily: (hash: string): GrantRow | undefined =>
			db.select().from(grantsTable).where(eq(grantsTable.familyHash, hash)).get(),
		/** Those good at `now` with their application, newest first; everyone's without `userId`. */
		active(now: number, userId?: string): { grant: GrantRow; application: ApplicationRow }[] {
			return db
				.select({ grant: grantsTable, application: applicationsTable })
				.from(grantsTable)
				.innerJoin(applicationsTable, eq(applicationsTable.id, grantsTable.applicationId))
				.where(
					and(
						isNull(grantsTable.revokedAt),
						gt(grantsTable.expiresAt, now),
						userId === undefined ? undefined : eq(grantsTable.userId, userId),
					),
				)
				.orderBy(desc(grantsTable.createdAt))
				.all();
		},
		/** Replaces the refresh token where it is still `from`; false when another request was first. */
		renew(id: string, from: string, to: string, at: number, expiresAt: number): boolean {
			return (
				db
					.update(grantsTable)
					.set({ refreshHash: to, lastUsedAt: at, expiresAt })
					.where(and(eq(grantsTable.id, id), eq(grantsTable.refreshHash, from), isNull(grantsTable.revokedAt)))
					.returning({ id: grantsTable.id })
					.all().length > 0
			);
		},
		used(id: string, at: number): void {
			db.update(grantsTable).set({ lastUsedAt: at }).where(eq(grantsTable.id, id)).run();
		},
		revoke(id: string, at: number): void {
			db.update(grantsTable)
				.set({ revokedAt: at })
				.where(and(eq(grantsTable.id, id), isNull(grantsTable.revokedAt)))
				.run();
		},
		/** Ends everything a person allowed. */
		revokeAll(userId: string, at: number): void {
			db.update(grantsTable)
				.set({ revokedAt: at })
				.where(and(eq(grantsTable.userId, userId), isNull(grantsTable.revokedAt)))
				.run();
		},
		/** Forgets what ended before `before`. */
		prune(before: number): void {
			db.delete(grantsTable)
				.where(or(lt(grantsTable.expiresAt, before), lt(grantsTable.revokedAt, before)))
				.run();
		},
	};
}

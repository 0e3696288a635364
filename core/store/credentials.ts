import { and, desc, eq, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Store } from "./open.ts";
import { apiKeysTable, sessionsTable } from "./schema/credentials.ts";

export type ApiKeyRow = typeof apiKeysTable.$inferSelect;
export type SessionRow = typeof sessionsTable.$inferSelect;

/** API keys, of which only hashes are kept. Every change is on disk when the call returns. */
export function apiKeys({ db }: Store) {
	return {
		add(row: ApiKeyRow): void {
			db.insert(apiKeysTable).values(row).run();
		},
		byId: (id: string): ApiKeyRow | undefined => db.select().from(apiKeysTable).where(eq(apiKeysTable.id, id)).get(),
		byPrefix: (prefix: string): ApiKeyRow | undefined =>
			db.select().from(apiKeysTable).where(eq(apiKeysTable.prefix, prefix)).get(),
		/** Newest first; everyone's without `userId`. */
		all(userId?: string): ApiKeyRow[] {
			return db
				.select()
				.from(apiKeysTable)
				.where(userId === undefined ? undefined : eq(apiKeysTable.userId, userId))
				.orderBy(desc(apiKeysTable.createdAt))
				.all();
		},
		/** Whether the key was good until now. */
		revoke(id: string, at: number): boolean {
			return (
				db
					.update(apiKeysTable)
					.set({ revokedAt: at })
					.where(and(eq(apiKeysTable.id, id), isNull(apiKeysTable.revokedAt)))
					.returning({ id: apiKeysTable.id })
					.all().length > 0
			);
		},
		/** Lets a key expire at `at`, never later than it would anyway. */
		expireAt(id: string, at: number): void {
			db.update(apiKeysTable)
				.set({ expiresAt: sql`min(coalesce(${apiKeysTable.expiresAt}, ${at}), ${at})` })
				.where(eq(apiKeysTable.id, id))
				.run();
		},
		used(id: string, at: number): void {
			db.update(apiKeysTable).set({ lastUsedAt: at }).where(eq(apiKeysTable.id, id)).run();
		},
	};
}

/** Sign-ins. Every change is on disk when the call returns. */
export function sessions({ db }: Store) {
	return {
		add(row: SessionRow): void {
			db.insert(sessionsTable).values(row).run();
		},
		byId: (id: string): SessionRow | undefined => db.select().from(sessionsTable).where(eq(sessionsTable.id, id)).get(),
		byRefresh(hash: string): SessionRow | undefined {
			return db
				.select()
				.from(sessionsTable)
				.where(or(eq(sessionsTable.refreshHash, hash), eq(sessionsTable.previousHash, hash)))
				.get();
		},
		/** Replaces the refresh token where it is still `from`; false when another request was first. */
		renew(id: string, from: string, to: string, at: number, expiresAt: number): boolean {
			return (
				db
					.update(sessionsTable)
					.set({ refreshHash: to, previousHash: from, lastUsedAt: at, expiresAt })
					.where(and(eq(sessionsTable.id, id), eq(sessionsTable.refreshHash, from), isNull(sessionsTable.revokedAt)))
					.returning({ id: sessionsTable.id })
					.all().length > 0
			);
		},
		revoke(id: string, at: number): void {
			db.update(sessionsTable).set({ revokedAt: at }).where(eq(sessionsTable.id, id)).run();
		},
		/** Ends every sign-in of a person, but for the one of that id. */
		revokeAll(userId: string, at: number, but?: string): void {
			db.update(sessionsTable)
				.set({ revokedAt: at })
				.where(
					and(
						eq(sessionsTable.userId, userId),
						isNull(sessionsTable.revokedAt),
						but === undefined ? undefined : ne(sessionsTable.id, but),
					),
				)
				.run();
		},
		/** Forgets sign-ins that ended before `before`. */
		prune(before: number): void {
			db.delete(sessionsTable)
				.where(or(lt(sessionsTable.expiresAt, before), lt(sessionsTable.revokedAt, before)))
				.run();
		},
	};
}

/** A number that changes whenever another process writes to the database (SQLite's `data_version`). */
export function outsideChanges({ db }: Store): () => number {
	const query = sql`PRAGMA data_version`;
	return () => Number(firstOf(db.get<unknown>(query)));
}

function firstOf(row: unknown): unknown {
	if (Array.isArray(row)) return row[0];
	return typeof row === "object" && row !== null ? Object.values(row)[0] : undefined;
}

import { asc, eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { registrationsTable as table } from "./schema/registrations.ts";

type Columns = Omit<typeof table.$inferSelect, "addedAt">;
type RegistrationRow = Omit<Columns, "launch"> & Partial<Pick<Columns, "launch">>;

/** Replicas of registered servers, kept across restarts. Every change is on disk when its promise resolves. */
export function registrations({ db }: Store) {
	return {
		/** In the order they were added. */
		async list(): Promise<RegistrationRow[]> {
			return db.select().from(table).orderBy(asc(table.addedAt), asc(table.url)).all();
		},
		/** Adds a replica, or replaces the one of that name and url. */
		async save({ name, url, type, pins, addedBy, launch = null }: RegistrationRow): Promise<void> {
			db.insert(table)
				.values({ name, url, type, pins, addedBy, launch, addedAt: Date.now() })
				.onConflictDoUpdate({ target: [table.name, table.url], set: { type, pins, addedBy, launch } })
				.run();
		},
		/** Takes out every replica of the name. */
		async remove(name: string): Promise<void> {
			db.delete(table).where(eq(table.name, name)).run();
		},
		/** Writes the database anew: what was deleted or replaced lies on in its free pages till then. */
		async scrub(): Promise<void> {
			db.$client.run("VACUUM");
			db.$client.run("PRAGMA wal_checkpoint(TRUNCATE)");
		},
	};
}

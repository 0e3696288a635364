import { and, asc, eq, notInArray } from "drizzle-orm";
import type { Store } from "./open.ts";
import { registrationsTable as table } from "./schema/registrations.ts";

/** A registered server with the addresses of its replicas. */
interface StoredRegistration {
	name: string;
	urls: string[];
	type: string;
	pins: Record<string, string>;
	registeredBy: string;
}

/** Registered servers, kept across restarts. Every change is on disk when its promise resolves. */
export function registrations({ db }: Store) {
	return {
		async list(): Promise<StoredRegistration[]> {
			const found = new Map<string, StoredRegistration>();
			for (const row of db.select().from(table).orderBy(asc(table.addedAt), asc(table.url)).all()) {
				const known = found.get(row.name);
				if (known) known.urls.push(row.url);
				else {
					found.set(row.name, {
						name: row.name,
						urls: [row.url],
						type: row.type,
						pins: row.pins,
						registeredBy: row.addedBy,
					});
				}
			}
			return [...found.values()];
		},
		/** Keeps exactly the addresses given. */
		async save({ name, urls, type, pins, registeredBy }: StoredRegistration): Promise<void> {
			db.transaction((tx) => {
				tx.delete(table)
					.where(and(eq(table.name, name), notInArray(table.url, urls)))
					.run();
				for (const url of urls) {
					tx.insert(table)
						.values({ name, url, type, pins, addedBy: registeredBy, addedAt: Date.now() })
						.onConflictDoUpdate({ target: [table.name, table.url], set: { type, pins, addedBy: registeredBy } })
						.run();
				}
			});
		},
		async remove(name: string): Promise<void> {
			db.delete(table).where(eq(table.name, name)).run();
		},
	};
}

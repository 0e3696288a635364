import { asc, eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { rolesTable, usersTable } from "./schema/users.ts";

export type UserRow = typeof usersTable.$inferSelect;
export type RoleRow = typeof rolesTable.$inferSelect;

/** Who may sign in. Every change is on disk when the call returns. */
export function users({ db }: Store) {
	return {
		add(row: UserRow): void {
			db.insert(usersTable).values(row).run();
		},
		byId: (id: string): UserRow | undefined => db.select().from(usersTable).where(eq(usersTable.id, id)).get(),
		byName: (name: string): UserRow | undefined => db.select().from(usersTable).where(eq(usersTable.name, name)).get(),
		all: (): UserRow[] => db.select().from(usersTable).orderBy(asc(usersTable.name)).all(),
		/** Whether there was such a one. */
		update(id: string, change: Partial<Omit<UserRow, "id">>): boolean {
			return (
				db.update(usersTable).set(change).where(eq(usersTable.id, id)).returning({ id: usersTable.id }).all().length > 0
			);
		},
		/** Removes a person with their keys and sign-ins; false where there is none. */
		remove(id: string): boolean {
			return db.delete(usersTable).where(eq(usersTable.id, id)).returning({ id: usersTable.id }).all().length > 0;
		},
	};
}

/** Roles of one's own. Every change is on disk when the call returns. */
export function roles({ db }: Store) {
	return {
		put(row: RoleRow): void {
			const { name: _, ...change } = row;
			db.insert(rolesTable).values(row).onConflictDoUpdate({ target: rolesTable.name, set: change }).run();
		},
		byName: (name: string): RoleRow | undefined => db.select().from(rolesTable).where(eq(rolesTable.name, name)).get(),
		all: (): RoleRow[] => db.select().from(rolesTable).orderBy(asc(rolesTable.name)).all(),
		/** Whether there was such a one. */
		remove(name: string): boolean {
			return (
				db.delete(rolesTable).where(eq(rolesTable.name, name)).returning({ name: rolesTable.name }).all().length > 0
			);
		},
	};
}

import { and, asc, count, eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { listItemsTable as items, listsTable as table } from "./schema/lists.ts";

/** A person's lists. Every change is on disk when the call returns. */
export function lists({ db }: Store) {
	const idOf = (userId: string, name: string) =>
		db
			.select({ id: table.id })
			.from(table)
			.where(and(eq(table.userId, userId), eq(table.name, name)))
			.get()?.id;

	return {
		/** Adds an item, making the list where it is missing; false when the item was on it already. */
		add(userId: string, name: string, text: string, addedAt: number): boolean {
			return db.transaction((tx) => {
				tx.insert(table).values({ userId, name }).onConflictDoNothing().run();
				const listId = idOf(userId, name);
				if (listId === undefined) return false;
				const added = tx
					.insert(items)
					.values({ listId, text, addedAt })
					.onConflictDoNothing()
					.returning({ id: items.id })
					.all();
				return added.length > 0;
			});
		},
		/** What is on the list, oldest first; undefined where there is no such list. */
		items(userId: string, name: string): string[] | undefined {
			const listId = idOf(userId, name);
			if (listId === undefined) return undefined;
			return db
				.select({ text: items.text })
				.from(items)
				.where(eq(items.listId, listId))
				.orderBy(asc(items.id))
				.all()
				.map((row) => row.text);
		},
		/** The person's lists and how much is on each, by name. */
		names(userId: string): { name: string; items: number }[] {
			return db
				.select({ name: table.name, items: count(items.id) })
				.from(table)
				.leftJoin(items, eq(items.listId, table.id))
				.where(eq(table.userId, userId))
				.groupBy(table.id)
				.orderBy(asc(table.name))
				.all();
		},
		/** Takes one item off; false when it was not there. */
		remove(userId: string, name: string, text: string): boolean {
			const listId = idOf(userId, name);
			if (listId === undefined) return false;
			return (
				db
					.delete(items)
					.where(and(eq(items.listId, listId), eq(items.text, text)))
					.returning({ id: items.id })
					.all().length > 0
			);
		},
	};
}

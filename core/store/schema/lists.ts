import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** A person's lists: "shopping", "to-do". Names are lower case. */
export const listsTable = sqliteTable(
	"lists",
	{
		id: integer("id").primaryKey({ autoIncrement: true }),
		userId: text("user_id").notNull(),
		name: text("name").notNull(),
	},
	(table) => [uniqueIndex("lists_user_name").on(table.userId, table.name)],
);

/** What is on a list, in the order it was added. */
export const listItemsTable = sqliteTable(
	"list_items",
	{
		id: integer("id").primaryKey({ autoIncrement: true }),
		listId: integer("list_id")
			.notNull()
			.references(() => listsTable.id, { onDelete: "cascade" }),
		text: text("text").notNull(),
		addedAt: integer("added_at").notNull(),
	},
	(table) => [uniqueIndex("list_items_text").on(table.listId, table.text)],
);

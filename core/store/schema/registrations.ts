import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Replicas of servers that were registered, kept across restarts. Instants are milliseconds since 1970, UTC. */
export const registrationsTable = sqliteTable(
	"registrations",
	{
		name: text("name").notNull(),
		url: text("url").notNull(),
		type: text("type").notNull(),
		/** SHA-256 of each tool's definition as it was approved, by tool. */
		pins: text("pins", { mode: "json" }).$type<Record<string, string>>().notNull(),
		addedBy: text("added_by").notNull(),
		/**
		 * How it is started where it is a program of this machine. Of its environment the names: the values are with the
		 * credentials. Earlier versions wrote all of it into `env`.
		 */
		launch: text("launch", { mode: "json" }).$type<{
			command: string;
			args: readonly string[];
			variables?: readonly string[];
			env?: Readonly<Record<string, string>>;
		}>(),
		addedAt: integer("added_at").notNull(),
	},
	(table) => [primaryKey({ columns: [table.name, table.url] })],
);

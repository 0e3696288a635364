import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Who may sign in. Instants are milliseconds since 1970, UTC. */
export const usersTable = sqliteTable("users", {
	id: text("id").primaryKey(),
	name: text("name").notNull().unique(),
	/** argon2id, in PHC form; null where there is no password yet. */
	passwordHash: text("password_hash"),
	role: text("role").notNull(),
	/** Permission patterns that ask first, even direct calls. */
	ask: text("ask", { mode: "json" }).$type<string[]>().notNull(),
	disabled: integer("disabled", { mode: "boolean" }).notNull(),
	createdAt: integer("created_at").notNull(),
});

/** Roles of one's own; the built-in three are code. */
export const rolesTable = sqliteTable("roles", {
	name: text("name").primaryKey(),
	base: text("base", { enum: ["administrator", "user", "guest"] }).notNull(),
	permissions: text("permissions", { mode: "json" }).$type<string[]>().notNull(),
	ask: text("ask", { mode: "json" }).$type<string[]>().notNull(),
	createdAt: integer("created_at").notNull(),
});

import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { usersTable } from "./users.ts";

const owner = () =>
	text("user_id")
		.notNull()
		.references(() => usersTable.id, { onDelete: "cascade" });

/** API keys: only the SHA-256 of a key is kept. Instants are milliseconds since 1970, UTC. */
export const apiKeysTable = sqliteTable(
	"api_keys",
	{
		id: text("id").primaryKey(),
		/** The public part of the key, by which it is found. */
		prefix: text("prefix").notNull().unique(),
		hash: text("hash").notNull(),
		name: text("name").notNull(),
		userId: owner(),
		/** Permission patterns; what the owner may not do, the key may not either. */
		scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
		ask: text("ask", { mode: "json" }).$type<string[]>().notNull(),
		createdAt: integer("created_at").notNull(),
		expiresAt: integer("expires_at"),
		lastUsedAt: integer("last_used_at"),
		revokedAt: integer("revoked_at"),
	},
	(table) => [index("api_keys_user").on(table.userId)],
);

/** Sign-ins: each has one refresh token at a time, of which only the SHA-256 is kept. */
export const sessionsTable = sqliteTable(
	"sessions",
	{
		id: text("id").primaryKey(),
		userId: owner(),
		refreshHash: text("refresh_hash").notNull().unique(),
		/** The token before it: whoever shows that one again has stolen it or was stolen from. */
		previousHash: text("previous_hash"),
		createdAt: integer("created_at").notNull(),
		lastUsedAt: integer("last_used_at").notNull(),
		expiresAt: integer("expires_at").notNull(),
		revokedAt: integer("revoked_at"),
	},
	(table) => [index("sessions_user").on(table.userId), index("sessions_previous").on(table.previousHash)],
);

import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Who did what, when, from where, and what came of it. Instants are milliseconds since 1970, UTC. */
export const auditTable = sqliteTable(
	"audit",
	{
		id: integer("id").primaryKey({ autoIncrement: true }),
		at: integer("at").notNull(),
		userId: text("user_id"),
		userName: text("user_name"),
		/** Id of the key or sign-in. */
		credential: text("credential"),
		/** Network address, "voice" or "internal". */
		origin: text("origin").notNull(),
		/** "tool.call", "sign-in", "key.create"… */
		action: text("action").notNull(),
		/** What it was done to: `SERVER:TOOL`, a user's name, a key's id. */
		target: text("target").notNull(),
		/** SHA-256 of the arguments in canonical JSON. */
		digest: text("digest"),
		outcome: text("outcome", { enum: ["done", "failed", "denied", "asked"] }).notNull(),
		code: text("code"),
		turn: text("turn"),
	},
	(table) => [index("audit_at").on(table.at), index("audit_user").on(table.userId, table.at)],
);

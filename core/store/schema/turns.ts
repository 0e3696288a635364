import { index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What was said or called, and what came of it. Instants are milliseconds since 1970, UTC. */
export const turnsTable = sqliteTable(
	"turns",
	{
		/** Order of arrival; also the page mark of the history. */
		seq: integer("seq").primaryKey({ autoIncrement: true }),
		id: text("id").notNull(),
		at: integer("at").notNull(),
		userId: text("user_id").notNull(),
		session: text("session").notNull(),
		source: text("source", { enum: ["voice", "text", "direct"] }).notNull(),
		text: text("text"),
		server: text("server"),
		tool: text("tool"),
		/** With secrets taken out. */
		arguments: text("arguments", { mode: "json" }).$type<Record<string, unknown>>(),
		status: text("status", { enum: ["done", "failed", "confirm", "ask", "unknown"] }).notNull(),
		reply: text("reply").notNull(),
		errorCode: text("error_code"),
		confidence: real("confidence"),
		/** Milliseconds by stage. */
		timings: text("timings", { mode: "json" })
			.$type<{ understand_ms: number; dispatch_ms: number; total_ms: number }>()
			.notNull(),
	},
	(table) => [index("turns_user").on(table.userId, table.seq)],
);

/** Calls that wait for a yes. Instants are milliseconds since 1970, UTC. */
export const confirmationsTable = sqliteTable("confirmations", {
	id: text("id").primaryKey(),
	/** SHA-256 over user, server, tool and the exact arguments. */
	hash: text("hash").notNull(),
	userId: text("user_id").notNull(),
	session: text("session").notNull(),
	server: text("server").notNull(),
	tool: text("tool").notNull(),
	arguments: text("arguments", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
	summary: text("summary").notNull(),
	createdAt: integer("created_at").notNull(),
	expiresAt: integer("expires_at").notNull(),
	/** When it was answered; a second answer finds this and is refused. */
	usedAt: integer("used_at"),
});

import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Timers, alarms and reminders that are still to come. Instants are milliseconds since 1970, UTC. */
export const schedulesTable = sqliteTable(
	"schedules",
	{
		id: text("id").primaryKey(),
		userId: text("user_id").notNull(),
		kind: text("kind", { enum: ["timer", "alarm", "reminder"] }).notNull(),
		/** A timer's or alarm's name, or what to be reminded of. */
		label: text("label"),
		dueAt: integer("due_at").notNull(),
		createdAt: integer("created_at").notNull(),
		/** A timer's full length in seconds. */
		seconds: integer("seconds"),
		/** A repeating alarm's wall-clock time, "07:30": it keeps its hour across changes to and from summer time. */
		wallTime: text("wall_time"),
		/** The weekdays it repeats on, 0 is Sunday; empty when it does not repeat. */
		days: text("days", { mode: "json" }).$type<number[]>().notNull(),
	},
	(table) => [index("schedules_due").on(table.dueAt), index("schedules_user").on(table.userId, table.kind)],
);

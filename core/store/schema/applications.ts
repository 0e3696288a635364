import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { usersTable } from "./users.ts";

/** Programs that may ask people to let them in (OAuth clients). Instants are milliseconds since 1970, UTC. */
export const applicationsTable = sqliteTable("applications", {
	/** The OAuth `client_id`: made here, or the https address of the program's own description. */
	id: text("id").primaryKey(),
	name: text("name").notNull(),
	redirectUris: text("redirect_uris", { mode: "json" }).$type<string[]>().notNull(),
	createdAt: integer("created_at").notNull(),
	/** Until when a fetched description counts; null for one that registered here. */
	freshUntil: integer("fresh_until"),
});

/** What a person allowed an application. Of its refresh tokens only SHA-256 digests are kept. */
export const grantsTable = sqliteTable(
	"grants",
	{
		id: text("id").primaryKey(),
		applicationId: text("application_id")
			.notNull()
			.references(() => applicationsTable.id, { onDelete: "cascade" }),
		userId: text("user_id")
			.notNull()
			.references(() => usersTable.id, { onDelete: "cascade" }),
		/** The one endpoint it is good for: "/mcp" or "/mcp/SERVER". */
		resource: text("resource").notNull(),
		scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
		/** Digest of the part that every refresh token of the grant has in common. */
		familyHash: text("family_hash").notNull().unique(),
		/** Digest of the part that only the newest one has: another with the same family was used before. */
		refreshHash: text("refresh_hash").notNull(),
		createdAt: integer("created_at").notNull(),
		lastUsedAt: integer("last_used_at").notNull(),
		expiresAt: integer("expires_at").notNull(),
		revokedAt: integer("revoked_at"),
	},
	(table) => [index("grants_user").on(table.userId), index("grants_application").on(table.applicationId)],
);

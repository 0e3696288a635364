import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { audit as auditRows } from "../store/index.ts";
import { json, newApp, page, pageSize, problems } from "./openapi.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const outcome = z.enum(["done", "failed", "denied", "asked"]);
const instant = z.iso
	.datetime({ offset: true, error: "expected an instant as in 2026-11-25T06:00:00Z" })
	.transform((text) => Date.parse(text));
const words = z.string().min(1).max(200);

const entrySchema = z
	.object({
		id: z.number(),
		at: z.number().describe("milliseconds since 1970, UTC"),
		userId: z.string().nullable(),
		userName: z.string().nullable(),
		credential: z.string().nullable().describe("id of the key or sign-in"),
		origin: z.string().describe("network address, voice, text, direct or mcp"),
		action: z.string(),
		target: z.string(),
		digest: z.string().nullable().describe("SHA-256 of the arguments"),
		outcome,
		code: z.string().nullable(),
		turn: z.string().nullable(),
	})
	.openapi("AuditEntry");

const querySchema = page.extend({
	user: words.describe("id or name").optional(),
	action: words.describe("as in tool.call, or key.*").optional(),
	target: words.describe("as in system:delete_path, or system:*").optional(),
	outcome: outcome.optional(),
	origin: words.optional(),
	credential: words.optional(),
	turn: words.optional(),
	since: instant.optional(),
	until: instant.optional(),
});

/** `GET /audit`: who did what, when, from where, and what came of it. */
export function auditRoutes({
	store,
	permit,
	flush,
}: Pick<GatewayDeps, "store" | "permit"> & { flush(): void }): GatewayApp {
	const app = newApp();
	const rows = auditRows(store);
	app.openapi(
		createRoute({
			method: "get",
			path: "/audit",
			operationId: "audit",
			summary: "Who did what, newest first; for administrators",
			request: { query: querySchema },
			responses: {
				200: json(
					z.object({ entries: z.array(entrySchema), next: z.number().nullable() }),
					"`next` is `before` of the next page.",
				),
				...problems,
			},
		}),
		(c) => {
			permit(c.var.user, { server: "aios", name: "audit", effect: "read", role: "administrator" });
			const { limit, before, ...wanted } = c.req.valid("query");
			flush();
			const size = Number(limit ?? pageSize);
			const entries = rows.list({
				...wanted,
				...(before === undefined ? {} : { before: Number(before) }),
				limit: size,
			});
			return c.json({ entries, next: entries.length === size ? (entries.at(-1)?.id ?? null) : null }, 200);
		},
	);
	return app;
}

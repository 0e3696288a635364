import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { AiosError, type Principal } from "../../contract/index.ts";
import { grants } from "../../store/index.ts";
import type { AuditEntry } from "../audit-log.ts";
import { json, newApp, problems } from "../openapi.ts";
import type { GatewayApp, GatewayDeps } from "../types.ts";

const shownApplication = z
	.object({
		id: z.string(),
		name: z.string(),
		/** Its OAuth client_id. */
		client_id: z.string(),
		user_id: z.string(),
		/** The MCP endpoint it may use. */
		resource: z.string(),
		scopes: z.array(z.string()),
		created_at: z.string(),
		last_used_at: z.string(),
		expires_at: z.string(),
	})
	.openapi("Application");

type Deps = Pick<GatewayDeps, "store" | "credentials" | "clock" | "permit"> & { audit(entry: AuditEntry): void };

/** `/applications`: the programs a person let in at `/mcp`; an administrator's view is everyone's. */
export function applicationRoutes({ store, credentials, clock, permit, audit }: Deps): GatewayApp {
	const rows = grants(store);
	const app = newApp();
	const now = () => clock.now().getTime();
	const allow = (user: Principal, effect: "read" | "write") =>
		permit(user, { server: "aios", name: "applications", effect, role: effect === "read" ? "guest" : "user" });

	app.openapi(
		createRoute({
			method: "get",
			path: "/applications",
			operationId: "listApplications",
			summary: "The applications one let in, newest first; for an administrator with `all` everyone's",
			request: { query: z.object({ all: z.enum(["true", "false"]).optional() }) },
			responses: { 200: json(z.object({ applications: z.array(shownApplication) }), "Those signed in."), ...problems },
		}),
		(c) => {
			const { user } = c.var;
			allow(user, "read");
			const everyone = c.req.valid("query").all === "true" && user.base === "administrator";
			const shown = rows.active(now(), everyone ? undefined : user.id).map(({ grant, application }) => ({
				id: grant.id,
				name: application.name,
				client_id: application.id,
				user_id: grant.userId,
				resource: grant.resource,
				scopes: grant.scopes,
				created_at: new Date(grant.createdAt).toISOString(),
				last_used_at: new Date(grant.lastUsedAt).toISOString(),
				expires_at: new Date(grant.expiresAt).toISOString(),
			}));
			return c.json({ applications: shown }, 200);
		},
	);
	app.openapi(
		createRoute({
			method: "delete",
			path: "/applications/{id}",
			operationId: "revokeApplication",
			summary: "Sign an application out at once",
			request: { params: z.object({ id: z.string().min(1).max(100) }) },
			responses: { 204: { description: "Its tokens are refused from now on." }, ...problems },
		}),
		(c) => {
			const { user } = c.var;
			allow(user, "write");
			const grant = rows.byId(c.req.valid("param").id);
			const own = grant !== undefined && (grant.userId === user.id || user.base === "administrator");
			if (!own || grant.revokedAt !== null) throw new AiosError("not_found", "There is no such application.");
			rows.revoke(grant.id, now());
			credentials.changed();
			const origin = c.env?.from ?? "";
			audit({ action: "application.revoke", target: grant.id, outcome: "done", origin, user });
			return c.body(null, 204);
		},
	);
	return app;
}

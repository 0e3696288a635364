import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { Principal } from "../contract/index.ts";
import type { AuditEntry } from "./audit-log.ts";
import { body, json, newApp, problems } from "./openapi.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const plugin = z
	.object({
		name: z.string(),
		title: z.string(),
		description: z.string(),
		permissions: z.object({
			folders: z.array(z.object({ path: z.string(), write: z.boolean() })),
			network: z.boolean(),
			programs: z.array(z.string()),
		}),
		limits: z.object({ memory_mb: z.number(), processes: z.number(), cpus: z.number() }),
		limited: z.boolean().openapi({ description: "Whether this machine can hold it to its limits." }),
		isolation: z.enum(["sandbox", "own-rights"]),
		enabled: z.boolean(),
		problem: z.string().optional(),
	})
	.openapi("Plugin");
const named = { params: z.object({ name: z.string().min(1).max(40) }) };

type Deps = Pick<GatewayDeps, "orchestrator" | "permit"> & { audit(entry: AuditEntry): void };

/** Plugins: what each asks for, and switching them on and off; for administrators. */
export function pluginRoutes({ orchestrator, permit, audit }: Deps): GatewayApp {
	const app = newApp();
	const { plugins } = orchestrator;
	const allow = (user: Principal, effect: "read" | "write") =>
		permit(user, { server: "aios", name: "servers", effect, role: "administrator" });

	app.openapi(
		createRoute({
			method: "get",
			path: "/plugins",
			operationId: "listPlugins",
			summary: "Plugins found below the data folder, and what each asks for",
			responses: { 200: json(z.object({ plugins: z.array(plugin) }), "Switched on or not."), ...problems },
		}),
		async (c) => {
			allow(c.var.user, "read");
			return c.json({ plugins: await plugins.list() }, 200);
		},
	);
	app.openapi(
		createRoute({
			method: "post",
			path: "/plugins/{name}/enable",
			operationId: "enablePlugin",
			summary: "Switch a plugin on with what it asks for",
			request: { ...named, body: body(z.object({ own_rights: z.boolean().optional() })) },
			responses: { 200: json(plugin, "It runs."), ...problems },
		}),
		async (c) => {
			const { user } = c.var;
			allow(user, "write");
			const { name } = c.req.valid("param");
			const enabled = await plugins.enable(name, user, { ownRights: c.req.valid("json").own_rights ?? false });
			audit({ action: "plugin.enable", target: name, outcome: "done", origin: c.env?.from ?? "", user });
			return c.json(enabled, 200);
		},
	);
	app.openapi(
		createRoute({
			method: "post",
			path: "/plugins/{name}/disable",
			operationId: "disablePlugin",
			summary: "Switch a plugin off",
			request: named,
			responses: { 204: { description: "It is off." }, ...problems },
		}),
		async (c) => {
			const { user } = c.var;
			allow(user, "write");
			const { name } = c.req.valid("param");
			await plugins.disable(name);
			audit({ action: "plugin.disable", target: name, outcome: "done", origin: c.env?.from ?? "", user });
			return c.body(null, 204);
		},
	);
	return app;
}

import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { type Principal, serverStatus, upstreamClientSchema } from "../contract/index.ts";
import type { AuditEntry } from "./audit-log.ts";
import { body, json, newApp, problems } from "./openapi.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const registered = z.object({
	name: z.string(),
	url: z.string(),
	type: z.string(),
	status: serverStatus,
	tools: z.array(z.string()),
	sign_in: z.enum(["needed", "done"]).optional(),
});
const serverName = z
	.string()
	.regex(/^[a-z][a-z0-9_-]{0,39}$/, { error: "expected lower-case letters, digits, _ and -, beginning with a letter" });
const words = z.array(z.string().max(10_000)).max(200);
const registration = z.union([
	z.object({
		name: serverName,
		type: z.literal("stdio"),
		command: z.string().min(1).max(4_000),
		args: words.optional(),
		env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(32_000)).optional(),
	}),
	z.object({
		name: serverName,
		url: z.string().min(1).max(2_000),
		type: z.string().max(40).optional(),
		client: upstreamClientSchema.optional(),
	}),
]);
const heldBack = z.object({ name: z.string(), description: z.string() });
const named = { params: z.object({ name: z.string().min(1).max(100) }) };

type Deps = Pick<GatewayDeps, "orchestrator" | "permit"> & { audit(entry: AuditEntry): void };

/** Servers that come and go, and what of theirs waits for approval; for administrators. */
export function serverRoutes({ orchestrator, permit, audit }: Deps): GatewayApp {
	const app = newApp();
	const allow = (user: Principal, effect: "read" | "write") =>
		permit(user, { server: "aios", name: "servers", effect, role: "administrator" });

	app.openapi(
		createRoute({
			method: "post",
			path: "/register_server",
			operationId: "registerServer",
			summary: "Add a server by its address or (administrators) by its command, or a replica to one of that name",
			request: { body: body(registration) },
			responses: { 201: json(registered, "It is reached from now on."), ...problems },
		}),
		async (c) => {
			const { user } = c.var;
			allow(user, "write");
			const wanted = c.req.valid("json");
			const answer = await orchestrator.register(wanted, user);
			audit({
				action: "server.register",
				target: `${wanted.name} ${"url" in wanted ? answer.url : wanted.command}`,
				outcome: "done",
				origin: c.env?.from ?? "",
				user,
			});
			return c.json(answer, 201);
		},
	);
	app.openapi(
		createRoute({
			method: "delete",
			path: "/servers/{name}",
			operationId: "removeServer",
			summary: "Take a registered server out",
			request: named,
			responses: { 204: { description: "It is out." }, ...problems },
		}),
		async (c) => {
			const { user } = c.var;
			allow(user, "write");
			const { name } = c.req.valid("param");
			await orchestrator.unregister(name);
			audit({ action: "server.remove", target: name, outcome: "done", origin: c.env?.from ?? "", user });
			return c.body(null, 204);
		},
	);
	app.openapi(
		createRoute({
			method: "get",
			path: "/servers/{name}/held_back",
			operationId: "listHeldBack",
			summary: "Tools of a registered server whose definitions are new or changed, and wait for approval",
			request: named,
			responses: { 200: json(z.object({ held_back: z.array(heldBack) }), "As they are now."), ...problems },
		}),
		(c) => {
			allow(c.var.user, "read");
			return c.json({ held_back: orchestrator.heldBack(c.req.valid("param").name) }, 200);
		},
	);
	app.openapi(
		createRoute({
			method: "post",
			path: "/servers/{name}/approve",
			operationId: "approveServer",
			summary: "Take the changed tool definitions of a registered server, which were held back until now",
			request: named,
			responses: { 200: json(z.object({ approved: z.array(heldBack) }), "The tools that changed."), ...problems },
		}),
		async (c) => {
			const { user } = c.var;
			allow(user, "write");
			const { name } = c.req.valid("param");
			const approved = orchestrator.heldBack(name);
			await orchestrator.approve(name);
			audit({ action: "server.approve", target: name, outcome: "done", origin: c.env?.from ?? "", user });
			return c.json({ approved }, 200);
		},
	);
	return app;
}

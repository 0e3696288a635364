import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { type CatalogueTool, replySchema, systemStatusSchema } from "../contract/index.ts";
import { type TurnRow, turns } from "../store/index.ts";
import { json, newApp, page, pageSize, problems } from "./openapi.ts";
import { statusFor } from "./status.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const toolSchema = z
	.object({
		server: z.string(),
		name: z.string(),
		title: z.string(),
		description: z.string(),
		effect: z.enum(["read", "write", "destructive", "outbound"]),
		role: z.string(),
		idempotent: z.boolean(),
		input: z.record(z.string(), z.unknown()),
		output: z.record(z.string(), z.unknown()),
		voice: z.unknown().optional(),
		examples: z.array(z.string()),
		timeoutMs: z.number(),
	})
	.openapi("Tool");
const turnSchema = replySchema
	.pick({
		turn: true,
		status: true,
		reply: true,
		server: true,
		tool: true,
		arguments: true,
		confidence: true,
		error: true,
		timings: true,
	})
	.extend({
		seq: z.number(),
		at: z.string(),
		user_id: z.string(),
		session: z.string(),
		source: z.enum(["voice", "text", "direct"]),
		text: z.string().optional(),
	})
	.openapi("Turn");

type Deps = Pick<GatewayDeps, "orchestrator" | "status" | "store" | "metrics" | "permit"> & {
	flush(): void;
};

/** Status, catalogue, history and metrics. */
export function systemRoutes({ orchestrator, status, store, metrics, permit, flush }: Deps): GatewayApp {
	const app = newApp();
	const history = turns(store);

	app.openapi(
		createRoute({
			method: "get",
			path: "/system/status",
			operationId: "systemStatus",
			summary: "How everything is",
			responses: { 200: json(systemStatusSchema, "The state of now."), ...problems },
		}),
		(c) => c.json(statusFor(status(), c.var.user, permit), 200),
	);
	app.openAPIRegistry.registerPath(
		createRoute({
			method: "get",
			path: "/tools",
			operationId: "listTools",
			summary: "Every tool of every server",
			responses: { 200: json(z.object({ tools: z.array(toolSchema) }), "The catalogue."), ...problems },
		}),
	);
	app.get(
		"/tools",
		() => new Response(listing(orchestrator.catalogue()), { headers: { "content-type": "application/json" } }),
	);
	app.openapi(
		createRoute({
			method: "get",
			path: "/history",
			operationId: "history",
			summary: "Past turns, newest first: one's own, for an administrator with `all` everyone's",
			request: { query: page.extend({ all: z.enum(["true", "false"]).optional() }) },
			responses: {
				200: json(
					z.object({ turns: z.array(turnSchema), next: z.number().nullable() }),
					"`next` is `before` of the next page.",
				),
				...problems,
			},
		}),
		(c) => {
			const { limit, before, all } = c.req.valid("query");
			const { user } = c.var;
			permit(user, { server: "aios", name: "history", effect: "read", role: "guest" });
			flush();
			const size = Number(limit ?? pageSize);
			const rows = history.list({
				userId: all === "true" && user.base === "administrator" ? undefined : user.id,
				before: before === undefined ? undefined : Number(before),
				limit: size,
			});
			return c.json(
				{ turns: rows.map(shownTurn), next: rows.length === size ? (rows.at(-1)?.seq ?? null) : null },
				200,
			);
		},
	);
	app.openapi(
		createRoute({
			method: "get",
			path: "/metrics",
			operationId: "metrics",
			summary: "Prometheus text",
			responses: { 200: { description: "Metrics.", content: { "text/plain": { schema: z.string() } } }, ...problems },
		}),
		(c) => c.text(metrics.text(status()), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
	);
	return app;
}

/** Listings as JSON; a catalogue is made anew when anything in it changes. */
const listings = new WeakMap<readonly CatalogueTool[], string>();

function listing(catalogue: readonly CatalogueTool[]): string {
	const known = listings.get(catalogue);
	if (known !== undefined) return known;
	const made = JSON.stringify({ tools: catalogue.map((tool) => ({ ...tool, examples: examplesOf(tool) })) });
	listings.set(catalogue, made);
	return made;
}

function examplesOf({
	voice,
}: {
	voice?: { en: { sentences: readonly string[]; examples?: readonly string[] } };
}): string[] {
	return [...(voice?.en.sentences ?? []), ...(voice?.en.examples ?? [])];
}

function shownTurn(row: TurnRow): z.output<typeof turnSchema> {
	const { seq, id, at, userId, session, source, status, reply, errorCode, timings } = row;
	const { text, server, tool, arguments: input, confidence } = row;
	return {
		seq,
		turn: id,
		at: new Date(at).toISOString(),
		user_id: userId,
		session,
		source,
		status,
		reply,
		timings,
		text: text ?? undefined,
		server: server ?? undefined,
		tool: tool ?? undefined,
		arguments: input ?? undefined,
		confidence: confidence ?? undefined,
		error: errorCode === null ? undefined : { code: errorCode, message: reply },
	};
}

import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { AiosError, type Principal, replySchema } from "../contract/index.ts";
import { problemResponse, readFields, readJson, warningHeaders } from "../surface/index.ts";
import { body, invalid, json, newApp, problems } from "./openapi.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const session = z.string().min(1).max(200).optional();
const commandSchema = z.union([
	z.object({
		tool: z.string().min(1).max(200),
		arguments: z.record(z.string(), z.unknown()).default({}),
		server: z.string().min(1).max(200).optional(),
		session,
	}),
	z.object({ text: z.string().trim().min(1).max(4_000), session }),
]);
/** What is meant as a command, however wrong the rest. */
const begunSchema = z.union([z.looseObject({ tool: z.unknown() }), z.looseObject({ text: z.unknown() })]);
const approvalSchema = z.object({ approve: z.boolean(), session });

/** The conversation of whoever names none. */
const defaultSession = "default";
/** Largest body of a tool call, in bytes. */
const bodyLimit = 8_000_000;

type Deps = Pick<GatewayDeps, "assistant" | "orchestrator" | "tracer">;

/** Carries out the body of a `POST /command` for a person. */
export type Command = (request: Request, user: Principal) => Promise<Response>;

export function createCommand({ assistant, tracer }: Pick<Deps, "assistant" | "tracer">): Command {
	return async (request, user) => {
		const given = await readJson(request, bodyLimit);
		const parsed = commandSchema.safeParse(given);
		if (!parsed.success) {
			const meant = begunSchema.safeParse(given).success;
			throw meant
				? invalid(parsed.error)
				: new AiosError("bad_request", "A command needs text, or tool and arguments.");
		}
		const command = parsed.data;
		const reply = await assistant.command(command, {
			user,
			session: command.session ?? defaultSession,
			signal: request.signal,
			source: "text" in command ? "text" : "direct",
			traceparent: tracer?.current(),
		});
		return Response.json(reply);
	};
}

/** `POST /command`, `POST /confirmations/{id}`, and `POST /TOOL` for the tools of the main server. */
export function commandRoutes({ assistant, orchestrator, tracer, command }: Deps & { command: Command }): GatewayApp {
	const app = newApp();
	app.openAPIRegistry.registerPath(
		createRoute({
			method: "post",
			path: "/command",
			operationId: "command",
			summary: "Do what a sentence says, or call one tool",
			request: { body: body(commandSchema) },
			responses: { 200: json(replySchema, "What came of it; `status` says how it ended."), ...problems },
		}),
	);
	app.post("/command", (c) => command(c.req.raw, c.var.user));
	app.openapi(
		createRoute({
			method: "post",
			path: "/confirmations/{id}",
			operationId: "confirm",
			summary: "Answer a question of yes or no about one exact call",
			request: { params: z.object({ id: z.string().min(1).max(200) }), body: body(approvalSchema) },
			responses: { 200: json(replySchema, "What came of it."), ...problems },
		}),
		async (c) => {
			const { approve, session: given } = c.req.valid("json");
			const { user } = c.var;
			const traceparent = tracer?.current();
			const options = { user, session: given ?? defaultSession, signal: c.req.raw.signal, traceparent };
			const reply = await assistant.confirm(c.req.valid("param").id, approve, options);
			const missing = reply.tool === undefined ? reply.error : undefined;
			// No such question is the caller's mistake, not the outcome of a command.
			if (missing?.code === "not_found" || missing?.code === "conflict") throw AiosError.fromJSON(missing);
			return c.json(reply, 200);
		},
	);
	// Not `/:tool`: beside it every other path would be looked up the slow way.
	app.post("/*", async (c, next) => {
		const tool = c.req.path.slice(1);
		if (!orchestrator.catalogue().some(({ server, name }) => server === "main" && name === tool)) return next();
		const input = z.record(z.string(), z.unknown()).safeParse(await readFields(c.req.raw, bodyLimit));
		if (!input.success) throw new AiosError("bad_request", "The body must be an object: the tool's input.");
		const reply = await assistant.command(
			{ server: "main", tool, arguments: input.data },
			{
				user: c.var.user,
				session: c.req.header("x-aios-session")?.slice(0, 200) || defaultSession,
				signal: c.req.raw.signal,
				source: "direct",
				traceparent: tracer?.current(),
			},
		);
		if (reply.error !== undefined) return problemResponse(AiosError.fromJSON(reply.error));
		if (reply.status !== "done") return c.json(reply, 202);
		return c.json(reply.result, 200, warningHeaders(reply.warning));
	});
	return app;
}

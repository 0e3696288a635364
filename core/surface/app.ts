import { type Context, Hono } from "hono";
import {
	AiosError,
	type CatalogueTool,
	type Clock,
	type Logger,
	type Principal,
	type RawBody,
	type Requirement,
	type ServerDefinition,
	systemClock,
	type TraceAttributes,
	type Tracer,
	traced,
	unwritten,
	type Warning,
} from "../contract/index.ts";
import { guard, loopbackHosts, readBytes, readFields, readJson } from "./guard.ts";
import { createLocalServer } from "./local.ts";
import type { McpEndpoint } from "./mcp-endpoint.ts";
import { answerLean } from "./mcp-lean.ts";
import type { McpExtension, McpSubject } from "./mcp-subject.ts";
import { openApiDocument } from "./openapi.ts";
import { methodsOf, plainPath, unrouted } from "./paths.ts";
import { permit } from "./permit.ts";
import { problemResponse, rpcError, warningHeaders } from "./problem.ts";

/** Largest request body: room for a file or a minute of sound in base64. */
const defaultBodyLimit = 8_000_000;

/** What a server needs of its surroundings is looked at again after this many milliseconds. */
const needsMs = 10_000;

export interface ServerAppDeps {
	definition: ServerDefinition;
	/** What the definition's `adapters` made. */
	adapters: unknown;
	/** Who a request is made for. Throws `unauthenticated` without valid credentials. */
	authenticate(request: Request): Promise<Principal> | Principal;
	/** Refuses a call the caller has no right to, with `forbidden`; by default {@link permit}. */
	authorize?(principal: Principal, tool: CatalogueTool): void;
	/**
	 * Told of every call that acted or was refused; it is answered once this settles, with a warning where it rejects: what
	 * is done is done.
	 */
	record?(call: RecordedCall): Promise<unknown> | undefined;
	version: string;
	/** Host names the server answers to; the loopback ones by default. */
	hosts?: readonly string[];
	/** Largest request body in bytes. */
	bodyLimit?: number;
	clock?: Clock;
	log: Logger;
	/** Further MCP capabilities of this server. */
	extend?: McpExtension;
	tracer?: Tracer;
}

/** A call, for the audit log; `error` is what it failed with. */
export interface RecordedCall {
	user: Principal;
	tool: CatalogueTool;
	input: unknown;
	error?: AiosError;
}

/** What the HTTP server gives with a request. */
interface ServerBindings {
	/** Lets the caller wait for an answer as long as it takes: strangers have not that much time. */
	stay?(): void;
}

export interface ServerApp {
	app: Hono<{ Bindings: ServerBindings }>;
	/** Calls being answered now, for draining. */
	inflight(): number;
	/** Tells connected MCP clients that the tools changed. */
	toolsChanged(): void;
	/** Ends open MCP sessions and streams. */
	close(): Promise<void>;
}

/**
 * A server definition as an HTTP app: `GET /health`, `GET /openapi.json`, `/mcp` and `POST /TOOL`, all but health
 * behind `authenticate`, and all of it behind the Host and Origin checks.
 */
export function createServerApp(deps: ServerAppDeps): ServerApp {
	const { definition, version, log, tracer, bodyLimit = defaultBodyLimit } = deps;
	const clock = deps.clock ?? systemClock;
	const authorize = deps.authorize ?? permit;
	const local = createLocalServer({ definition, adapters: deps.adapters, clock, log, tracer });
	let inflight = 0;

	async function keep(call: RecordedCall): Promise<Warning | undefined> {
		try {
			await deps.record?.(call);
			return undefined;
		} catch (thrown) {
			const error = AiosError.from(thrown);
			log.error("a call could not be written down", { tool: call.tool.name, error: error.message });
			return unwritten(error);
		}
	}

	async function run(tool: CatalogueTool, input: unknown, context: Parameters<typeof local.run>[2]) {
		const { user } = context;
		const acts = tool.effect !== "read" && context.resolve !== true;
		inflight += 1;
		try {
			authorize(user, tool);
			const result = await local.run(tool.name, input, context);
			const warning = acts ? await keep({ user, tool, input }) : undefined;
			return warning === undefined ? result : { ...result, warning };
		} catch (thrown) {
			const error = AiosError.from(thrown);
			if (acts || error.code === "forbidden") await keep({ user, tool, input, error });
			// The caller is told that it failed; where, only this process knows.
			if (error.code === "internal") {
				const { turn } = context;
				log.error("a tool failed", { turn, tool: tool.name, error: error.message, stack: stackOf(error) });
			}
			throw error;
		} finally {
			inflight -= 1;
		}
	}

	/** A call that came from another process, as a span named by how it came. */
	function answer(name: string, attributes: TraceAttributes, ...[tool, input, context]: Parameters<typeof run>) {
		if (tracer === undefined) return run(tool, input, context);
		const told = { ...attributes, "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": tool.name };
		const options = () => ({ parent: context.traceparent, kind: "server" as const, attributes: told });
		return traced(tracer, name, options, (span) => run(tool, input, { ...context, traceparent: span?.traceparent }));
	}

	const { name, title, instructions } = definition;
	const subject: McpSubject = {
		name,
		title,
		instructions,
		version,
		tools: local.tools,
		run: (tool, ...rest) => answer(`tools/call ${tool.name}`, { "mcp.method.name": "tools/call" }, tool, ...rest),
		extend: deps.extend,
	};
	const byName = new Map(local.tools.map((tool) => [tool.name, tool]));
	const plain = { ...subject, find: (named: string) => byName.get(named) };
	let loading: Promise<McpEndpoint> | undefined;
	/** Other clients than the orchestrator are rare, and the library for them is large. */
	const endpoint = () => {
		loading ??= import("./mcp.ts").then(({ createMcpEndpoint, mcpServer }) =>
			createMcpEndpoint({ serve: () => mcpServer(subject), bodyLimit, clock, log }),
		);
		return loading;
	};
	const app: ServerApp["app"] = new Hono({ getPath: plainPath });
	app.onError((error) => problemResponse(AiosError.from(error)));
	app.notFound(({ req }) => unrouted(req.method, req.path, methodsOf(app, req.path)));
	const bodyLimits = new Map(
		local.tools.map((tool) => [`/${tool.name}`, Math.max(bodyLimit, tool.body?.maxBytes ?? 0)]),
	);
	app.use(guard({ hosts: deps.hosts ?? loopbackHosts, bodyLimit, bodyLimits }));

	const authenticate = async ({ req, env }: Context<{ Bindings: ServerBindings }>) => {
		const user = await deps.authenticate(req.raw);
		env?.stay?.();
		return user;
	};

	let needs: { at: number; found: Promise<Requirement[]> } | undefined;
	app.get("/health", async (c) => {
		const now = clock.now().getTime();
		if (needs === undefined || now - needs.at > needsMs) needs = { at: now, found: local.requirements() };
		const requirements = await needs.found;
		return c.json({ status: "healthy", server: name, version, requirements });
	});
	const document = openApiDocument({ title, description: definition.description, version }, local.tools);
	app.get("/openapi.json", async (c) => {
		await authenticate(c);
		return c.json(document);
	});
	app.all("/mcp", async (c) => {
		const principal = await authenticate(c);
		if (c.req.method !== "POST") return (await endpoint()).fetch(c.req.raw, principal);
		const read = await readRpc(c.req.raw, bodyLimit);
		if (read instanceof Response) return read;
		const lean = deps.extend === undefined ? answerLean(c.req.raw, read.body, principal, plain) : undefined;
		return lean ?? (await endpoint()).fetch(c.req.raw, principal, read.body);
	});
	for (const tool of local.tools) {
		app.post(`/${tool.name}`, async (c) => {
			const user = await authenticate(c);
			const input = await readInput(c.req.raw, tool.body, bodyLimit);
			const session = c.req.header("x-aios-session")?.slice(0, 200) ?? "rest";
			const context = { user, session, signal: c.req.raw.signal, traceparent: c.req.header("traceparent") };
			const http = { "http.request.method": "POST", "http.route": `/${tool.name}` };
			const { output, warning } = await answer(`POST /${tool.name}`, http, tool, input, context);
			return c.json(output, 200, warningHeaders(warning));
		});
	}
	const toolsChanged = () => void loading?.then((open) => open.toolsChanged());
	return { app, inflight: () => inflight, toolsChanged, close: async () => (await loading)?.close() };
}

/** The stack of what was thrown in the first place. */
function stackOf(error: Error): string | undefined {
	return error.cause instanceof Error ? stackOf(error.cause) : error.stack;
}

/** The input of a call: JSON, or, where the tool takes it so, a body as it is with the other fields in the query. */
async function readInput(request: Request, raw: RawBody | undefined, limit: number): Promise<unknown> {
	const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
	if (raw === undefined || !raw.mimeTypes.includes(type)) return readFields(request, limit);
	const fields = Object.fromEntries(new URL(request.url).searchParams);
	return { ...fields, [raw.field]: Buffer.from(await readBytes(request, raw.maxBytes)).toString("base64") };
}

/** The body of a JSON-RPC request, or the answer to one that can't be read. */
async function readRpc(request: Request, limit: number): Promise<{ body: unknown } | Response> {
	try {
		return { body: await readJson(request, limit) };
	} catch (thrown) {
		const { code, message } = AiosError.from(thrown);
		if (code === "too_large") return rpcError(413, -32000, message);
		if (message.includes("content-type")) return rpcError(415, -32000, message);
		return rpcError(400, -32700, message);
	}
}

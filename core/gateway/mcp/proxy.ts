import { z } from "zod";
import {
	AiosError,
	abortError,
	type CatalogueTool,
	type Clock,
	type Logger,
	type Principal,
	type Tracer,
} from "../../contract/index.ts";
import type { McpLine, Orchestrator } from "../../orchestrator/index.ts";
import { rpcError } from "../../surface/index.ts";
import type { AuditEntry } from "../audit-log.ts";
import { keepApproved } from "./approved.ts";
import { readingOf } from "./reading.ts";

/** Headers of a client that belong to the protocol; its credentials are none of the server's business. */
const passedHeaders = ["accept", "content-type", "last-event-id", "traceparent", "tracestate"];
const answeredHeaders = ["content-type", "cache-control", "mcp-protocol-version"];
/** Sessions known at once; the oldest make room. */
const maxSessions = 5_000;

const messageSchema = z.looseObject({
	method: z.string().optional(),
	id: z.unknown().optional(),
	params: z.looseObject({ name: z.unknown().optional(), arguments: z.unknown().optional() }).optional(),
});

interface Session {
	owner: string;
	server: string;
	/** To the replica that has the session. */
	send: McpLine["send"];
	/** The server's own name of the session; another after it was opened again. */
	upstream: string;
	/** What opened it. */
	initialize: string;
}

export interface McpProxy {
	/** Passes one request on; undefined where the server must be spoken to in another way. */
	fetch(request: Request, body: unknown, principal: Principal, server: string): Promise<Response | undefined>;
}

/**
 * `/mcp/SERVER` of a registered server that speaks Streamable HTTP: messages pass through as they are, so whatever both
 * ends can do works, in both protocols. Rights are checked on every call, tools that are held back are not there, the
 * client's credentials stay here, and a session the server has forgotten is opened again.
 */
export function createMcpProxy(deps: {
	orchestrator: Pick<Orchestrator, "mcp" | "registered" | "catalogue">;
	/** Whether the caller has a right to a tool. */
	may(principal: Principal, tool: CatalogueTool): boolean;
	/** Throws `forbidden` where they have none, and keeps that they asked. */
	admit(principal: Principal, tool: CatalogueTool, input: unknown): void;
	/** Keeps what acted. */
	note(user: Principal, tool: CatalogueTool, input: unknown, outcome: AuditEntry["outcome"]): void;
	bodyLimit: number;
	clock: Clock;
	log: Logger;
	tracer?: Tracer;
}): McpProxy {
	const { orchestrator, may } = deps;
	const sessions = new Map<string, Session>();

	function check(body: unknown, principal: Principal, server: string): Response | undefined {
		const message = messageSchema.safeParse(body);
		if (!message.success) return rpcError(400, -32600, "A message is one JSON-RPC object.");
		const { method, id, params } = message.data;
		const reads = /^(resources|prompts|completion)\//.test(method ?? "");
		if (method !== "tools/call" && !reads) return undefined;
		const tool = reads
			? readingOf(server)
			: orchestrator.catalogue().find((one) => one.server === server && one.name === params?.name);
		const refuse = (code: number, text: string) =>
			Response.json({ jsonrpc: "2.0", id: id ?? null, error: { code, message: text } });
		if (tool === undefined) return refuse(-32602, `Unknown tool: ${String(params?.name)}`);
		try {
			deps.admit(principal, tool, reads ? undefined : (params?.arguments ?? {}));
		} catch (thrown) {
			return refuse(-32000, AiosError.from(thrown).message);
		}
		return undefined;
	}

	/** The acting tool a message calls, and with what; what only reads is not in the audit log. */
	function acting(body: unknown, server: string): { tool: CatalogueTool; input: unknown } | undefined {
		const { method, params } = messageSchema.safeParse(body).data ?? {};
		if (method !== "tools/call") return undefined;
		const fits = (tool: CatalogueTool) => tool.server === server && tool.name === params?.name;
		const tool = orchestrator.catalogue().find((one) => fits(one) && one.effect !== "read");
		return tool && { tool, input: params?.arguments ?? {} };
	}

	function remember(session: Session): string {
		const id = crypto.randomUUID();
		sessions.set(id, session);
		if (sessions.size > maxSessions) {
			const oldest = sessions.keys().next();
			if (!oldest.done) sessions.delete(oldest.value);
		}
		return id;
	}

	/** Opens a session anew with what opened it first. */
	async function reopen(session: Session, headers: Headers): Promise<boolean> {
		const own = new Headers(headers);
		own.delete("mcp-session-id");
		own.delete("mcp-protocol-version");
		const opened = await post(session.send, session.initialize, own);
		const upstream = opened.headers.get("mcp-session-id");
		await opened.body?.cancel();
		if (!opened.ok || upstream === null) return false;
		session.upstream = upstream;
		const ready = new Headers(headers);
		ready.set("mcp-session-id", upstream);
		await (await post(session.send, '{"jsonrpc":"2.0","method":"notifications/initialized"}', ready)).body?.cancel();
		return true;
	}

	return {
		async fetch(request, body, principal, server) {
			// What is set to ask goes the way that can ask.
			if (!orchestrator.registered().includes(server) || (principal.ask?.length ?? 0) > 0) return undefined;
			const line = await orchestrator.mcp(server);
			if (line?.endpoint === undefined) return undefined;
			const refused = request.method === "POST" ? check(body, principal, server) : undefined;
			if (refused !== undefined) return refused;

			const id = request.headers.get("mcp-session-id");
			const session = id === null ? undefined : sessions.get(id);
			if (id !== null && (session === undefined || session.owner !== principal.id || session.server !== server)) {
				return rpcError(404, -32001, "Session not found");
			}
			const sendThere = session?.send ?? line.send;
			const headers = ownHeaders(request.headers, session?.upstream);
			const traceparent = deps.tracer?.current();
			if (traceparent !== undefined) headers.set("traceparent", traceparent);
			const text = body === undefined ? undefined : JSON.stringify(body);
			const send = () => forward(request, sendThere, headers, text);
			let response = await send();
			if (response.status === 404 && session !== undefined && (await reopen(session, headers))) {
				headers.set("mcp-session-id", session.upstream);
				response = await send();
			}
			const acted = acting(body, server);
			if (acted !== undefined) deps.note(principal, acted.tool, acted.input, response.ok ? "done" : "failed");
			if (request.method === "DELETE" && id !== null) sessions.delete(id);
			const answer = new Headers();
			for (const name of answeredHeaders) {
				const value = response.headers.get(name);
				if (value !== null) answer.set(name, value);
			}
			const upstream = response.headers.get("mcp-session-id");
			if (id !== null) answer.set("mcp-session-id", id);
			else if (upstream !== null && text !== undefined) {
				const opened = { owner: principal.id, server, send: sendThere, upstream, initialize: text };
				answer.set("mcp-session-id", remember(opened));
			}
			if (messageSchema.safeParse(body).data?.method === "tools/list" && response.ok) {
				const allowed = new Set(
					orchestrator
						.catalogue()
						.flatMap((tool) => (tool.server === server && may(principal, tool) ? [tool.name] : [])),
				);
				return keepApproved(response, answer, allowed);
			}
			return new Response(response.body, { status: response.status, headers: answer });
		},
	};
}

function ownHeaders(given: Headers, session: string | undefined): Headers {
	const headers = new Headers();
	for (const [name, value] of given) {
		if (passedHeaders.includes(name) || (name.startsWith("mcp-") && name !== "mcp-session-id"))
			headers.set(name, value);
	}
	if (session !== undefined) headers.set("mcp-session-id", session);
	return headers;
}

async function forward(
	request: Request,
	send: McpLine["send"],
	headers: Headers,
	body: string | undefined,
): Promise<Response> {
	try {
		const { method, signal } = request;
		return await send({ method, headers, signal, ...(body === undefined ? {} : { body }) });
	} catch (cause) {
		if (request.signal.aborted) throw abortError(request.signal);
		if (cause instanceof AiosError) throw cause;
		throw new AiosError("unavailable", "The server can't be reached.", { cause });
	}
}

function post(send: McpLine["send"], body: string, headers: Headers): Promise<Response> {
	return send({ method: "POST", headers, body, signal: AbortSignal.timeout(5_000) });
}

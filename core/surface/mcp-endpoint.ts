import {
	type AuthInfo,
	createMcpHandler,
	isLegacyRequest,
	type McpRequestContext,
	type Server,
	WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Clock, Logger, Principal } from "../contract/index.ts";
import { Caller } from "./mcp-server.ts";
import { rpcError } from "./problem.ts";

/** Sessions of the 2025 protocol kept at once; the one unused for longest makes room. */
const maxSessions = 1000;
/** Milliseconds after which an unused session is closed: clients that vanish never say so. */
const sessionIdleMs = 30 * 60_000;

export interface McpEndpoint {
	fetch(request: Request, principal: Principal, body?: unknown): Promise<Response>;
	/** Tells connected clients that the tools changed. */
	toolsChanged(): void;
	close(): Promise<void>;
}

export interface McpEndpointDeps {
	/** Makes the server of one request (2026-07-28) or of one session (2025-11-25). */
	serve(context: McpRequestContext): Server | Promise<Server>;
	bodyLimit: number;
	clock: Clock;
	log: Logger;
}

interface Session {
	transport: WebStandardStreamableHTTPServerTransport;
	server: Server;
	owner: string;
	used: number;
	/** Requests being answered; a session with any is not idle. */
	open: number;
}

/**
 * One MCP endpoint for both protocols: 2026-07-28 without sessions, 2025-11-25 with them (so that cancelling,
 * asking back and notices work). A session belongs to the principal that opened it.
 */
export function createMcpEndpoint({ serve, bodyLimit, clock, log }: McpEndpointDeps): McpEndpoint {
	const onerror = (error: Error) => log.debug("MCP request refused", { error: error.message });
	const modern = createMcpHandler((context) => serve(context), { maxRequestBodySize: bodyLimit, onerror });
	const sessions = new Map<string, Session>();

	async function open(request: Request, body: unknown, principal: Principal): Promise<Response> {
		const server = await serve({ era: "legacy", authInfo: authInfo(principal), requestInfo: request });
		const transport = new WebStandardStreamableHTTPServerTransport({
			sessionIdGenerator: () => crypto.randomUUID(),
			maxRequestBodySize: bodyLimit,
			onsessioninitialized: (id) => {
				makeRoom();
				sessions.set(id, { transport, server, owner: principal.id, used: clock.now().getTime(), open: 0 });
			},
			onsessionclosed: (id) => {
				sessions.delete(id);
			},
		});
		server.onclose = () => {
			if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
		};
		server.onerror = onerror;
		await server.connect(transport);
		const response = await transport.handleRequest(request, { parsedBody: body, authInfo: authInfo(principal) });
		if (transport.sessionId === undefined) await server.close();
		return response;
	}

	/** Closes idle sessions, and the one unused for longest where there are too many. */
	function makeRoom(): void {
		const now = clock.now().getTime();
		for (const [id, session] of sessions) {
			const idle = session.open === 0 && now - session.used > sessionIdleMs;
			if (!idle && sessions.size < maxSessions) break;
			sessions.delete(id);
			void session.server.close();
		}
	}

	async function resume(id: string, request: Request, body: unknown, principal: Principal): Promise<Response> {
		const session = sessions.get(id);
		if (session === undefined || session.owner !== principal.id) {
			return rpcError(404, -32001, "Session not found");
		}
		// Map order is order of use: the first is the one unused for longest.
		sessions.delete(id);
		sessions.set(id, session);
		session.used = clock.now().getTime();
		session.open += 1;
		try {
			return await session.transport.handleRequest(request, { parsedBody: body, authInfo: authInfo(principal) });
		} finally {
			session.open -= 1;
		}
	}

	return {
		async fetch(request, principal, body) {
			const session = request.headers.get("mcp-session-id");
			const starting = session === null && isInitialize(body);
			if ((session !== null || starting) && (await isLegacyRequest(request, body))) {
				return session === null ? open(request, body, principal) : resume(session, request, body, principal);
			}
			return modern.fetch(request, {
				authInfo: authInfo(principal),
				...(body === undefined ? {} : { parsedBody: body }),
			});
		},
		toolsChanged() {
			modern.notify.toolsChanged();
			for (const { server } of sessions.values()) void server.sendToolListChanged().catch(onerror);
		},
		async close() {
			await Promise.all([modern.close(), ...[...sessions.values()].map(({ server }) => server.close())]);
			sessions.clear();
		},
	};
}

function authInfo(principal: Principal): AuthInfo {
	return { token: "", clientId: principal.id, scopes: [], extra: { caller: new Caller(principal) } };
}

function isInitialize(body: unknown): boolean {
	return typeof body === "object" && body !== null && "method" in body && body.method === "initialize";
}

import type { Server } from "bun";
import { AiosError } from "../contract/index.ts";
import type { VoiceLoop } from "../voice/index.ts";
import { type AppDeps, bodyLimit, createGatewayHandlers } from "./app.ts";
import { createAuditLog } from "./audit-log.ts";
import { createMcpGateway } from "./mcp/index.ts";
import { createOAuth, type OAuthDeps } from "./oauth/index.ts";
import { createSocketGateway, messageLimit } from "./socket.ts";
import type { GatewayBindings, Send } from "./types.ts";

export interface GatewayOptions
	extends Omit<AppDeps, "socket" | "mcp" | "oauth">,
		Pick<OAuthDeps, "tokens" | "applications" | "reach"> {
	host: string;
	/** 0 picks a free one. */
	port: number;
	/**
	 * Seconds a stranger may take to send a request's body, or to say nothing; three times as long for its headers. Single
	 * bytes now and then win no time.
	 */
	idleSeconds?: number;
	/** Made with the sink its events go to. */
	voice(send: Send): VoiceLoop;
	/** Somebody connected and can be spoken to. */
	onArrival?(): void;
}

export interface Gateway {
	port: number;
	/** Where a browser of this machine finds it. */
	url: string;
	send: Send;
	voice: VoiceLoop;
	statusChanged(): void;
	/** Takes no more requests, ends live connections, and resolves when those under way are answered. */
	close(): Promise<void>;
}

/** See {@link GatewayOptions.idleSeconds}; above Socket.IO's ping of 25 s. */
const defaultIdleSeconds = 40;
/** Milliseconds requests under way have to be answered when closing. */
const drainMs = 4_000;

type SocketState = Parameters<NonNullable<Parameters<typeof Bun.serve>[0]["websocket"]>["open"] & object>[0]["data"];

/** Opens the main port: REST, page, MCP and Socket.IO on one listener. Throws `conflict` where the port is taken. */
export function createGateway(options: GatewayOptions): Gateway {
	const { authenticator, assistant, status, clock, log, count } = options;
	const live = createSocketGateway({
		authenticator,
		assistant,
		status,
		clock,
		log,
		count,
		permit: options.permit,
		voice: options.voice,
		onArrival: options.onArrival,
	});
	const handler = live.engine.handler();
	const audit = createAuditLog(options);
	const oauth = createOAuth({ ...options, audit, port: () => server.port ?? options.port });
	const mcp = createMcpGateway({ ...options, audit, challenge: oauth.challenges.scope });
	const app = createGatewayHandlers({
		...options,
		mcp,
		oauth,
		socket: (request) => live.engine.handleRequest(request, server),
	});
	const server = listen(options, {
		fetch: (request, own) => app.fetch(request, new Caller(request, own)),
		routes: { "/command": { POST: (request, own) => app.command(request, new Caller(request, own)) } },
		websocket: { ...handler.websocket, maxPayloadLength: messageLimit },
	});
	return {
		port: server.port ?? options.port,
		url: address(options.host, server.port ?? options.port),
		send: live.send,
		voice: live.voice,
		statusChanged: live.statusChanged,
		async close() {
			await live.close();
			await mcp.close();
			const drained = server.stop();
			await Promise.race([drained, Bun.sleep(drainMs)]);
			await server.stop(true);
		},
	};
}

/** Who sends one request. */
class Caller implements GatewayBindings {
	readonly #request: Request;
	readonly #server: Server<SocketState>;

	constructor(request: Request, server: Server<SocketState>) {
		this.#request = request;
		this.#server = server;
	}

	get from(): string | undefined {
		return this.#server.requestIP(this.#request)?.address;
	}

	/** Tools have deadlines of their own. */
	stay(): void {
		this.#server.timeout(this.#request, 0);
	}
}

type Answer = (request: Request, server: Server<SocketState>) => Response | Promise<Response>;
type Handlers = Pick<ReturnType<ReturnType<typeof createSocketGateway>["engine"]["handler"]>, "websocket"> & {
	fetch: Answer;
	routes: Record<string, Partial<Record<"POST", Answer>>>;
};

function listen(
	{ host, port, idleSeconds }: Pick<GatewayOptions, "host" | "port" | "idleSeconds">,
	handlers: Handlers,
) {
	try {
		return Bun.serve({
			hostname: host,
			port,
			idleTimeout: idleSeconds ?? defaultIdleSeconds,
			maxRequestBodySize: bodyLimit,
			development: false,
			// Without "development" Bun shares the port with whoever else wants it (SO_REUSEPORT), and both would answer in turns.
			reusePort: false,
			...handlers,
		});
	} catch (cause) {
		const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
		if (code === "EADDRINUSE") {
			throw new AiosError("conflict", `Port ${port} is taken by another program.`, {
				fix: "Is AIOS running already? Else stop that program, or choose another port with AIOS_PORT (0 picks a free one).",
				cause,
			});
		}
		throw new AiosError("unavailable", `The assistant can't listen on ${host} port ${port}: ${String(cause)}`, {
			fix: "Choose another address with AIOS_HOST or another port with AIOS_PORT.",
			cause,
		});
	}
}

function address(host: string, port: number): string {
	const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
	return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

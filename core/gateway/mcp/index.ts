import type { Context, Hono } from "hono";
import {
	AiosError,
	type Assistant,
	type CatalogueTool,
	type Clock,
	type Logger,
	type Principal,
} from "../../contract/index.ts";
import type { Orchestrator } from "../../orchestrator/index.ts";
import { loadMcp, type McpEndpoint, readJson, rpcError } from "../../surface/index.ts";
import { indexTools, type Naming, plainNaming, prefixedNaming } from "./names.ts";
import { createPassing } from "./pass.ts";
import { createMcpProxy } from "./proxy.ts";

export interface McpGatewayDeps {
	version: string;
	assistant: Assistant;
	orchestrator: Pick<Orchestrator, "catalogue" | "servers" | "registered" | "mcp" | "onChange">;
	/** Throws `forbidden` where the caller has no right to a tool. */
	permit(principal: Principal, tool: CatalogueTool): void;
	/** What the main server tells models about using the tools. */
	instructions?: string;
	/** Largest request body in bytes. */
	bodyLimit?: number;
	clock: Clock;
	log: Logger;
}

export interface McpGateway {
	/**
	 * Answers one request to `/mcp` (no `server`) or `/mcp/SERVER`, already authenticated as `principal`.
	 * `search` shows five tools that find and call the others.
	 */
	fetch(request: Request, principal: Principal, target?: { server?: string; search?: boolean }): Promise<Response>;
	close(): Promise<void>;
}

const defaultBodyLimit = 8_000_000;

/** Makes the MCP gateway: every tool of every server behind one endpoint, and each server behind one of its own. */
export function createMcpGateway(deps: McpGatewayDeps): McpGateway {
	const { orchestrator, log, clock } = deps;
	const bodyLimit = deps.bodyLimit ?? defaultBodyLimit;
	const endpoints = new Map<string, Promise<McpEndpoint>>();
	const indexes = new Map<string, ReadonlyMap<string, CatalogueTool>>();
	const proxy = createMcpProxy({ ...deps, bodyLimit });
	let shown = toolNames();
	const unwatch = orchestrator.onChange(() => {
		indexes.clear();
		const now = toolNames();
		if (now === shown) return;
		shown = now;
		for (const endpoint of endpoints.values()) void endpoint.then(({ toolsChanged }) => toolsChanged());
	});

	function toolNames(): string {
		return orchestrator
			.catalogue()
			.map(({ server, name }) => `${server} ${name}`)
			.join("\n");
	}

	function toolsOf(key: string, naming: Naming): ReadonlyMap<string, CatalogueTool> {
		const known = indexes.get(key);
		if (known !== undefined) return known;
		const made = indexTools(orchestrator.catalogue(), naming);
		indexes.set(key, made);
		return made;
	}

	async function makeEndpoint(server: string | undefined, search: boolean): Promise<McpEndpoint> {
		const [{ callerOf, createMcpEndpoint }, { gatewayServer }] = await Promise.all([loadMcp(), import("./server.ts")]);
		const naming = server === undefined ? prefixedNaming : plainNaming(server);
		const passing = createPassing({ orchestrator, naming, log });
		return createMcpEndpoint({
			serve: () =>
				gatewayServer({
					title: orchestrator.servers().find(({ name }) => name === server)?.title ?? "AIOS",
					version: deps.version,
					instructions: deps.instructions,
					naming,
					tools: () => toolsOf(server ?? "", naming),
					permit: deps.permit,
					principalOf: callerOf,
					assistant: deps.assistant,
					passing,
					servers: orchestrator.registered,
					search,
				}),
			bodyLimit,
			clock,
			log,
		});
	}

	return {
		async fetch(request, principal, { server, search = false } = {}) {
			if (server !== undefined && !orchestrator.servers().some(({ name }) => name === server)) {
				throw new AiosError("not_found", `There is no server named ${server}.`);
			}
			const body = request.method === "POST" ? await readRpc(request, bodyLimit) : undefined;
			if (body instanceof Response) return body;
			const passed =
				server === undefined || search ? undefined : await proxy.fetch(request, body?.value, principal, server);
			if (passed !== undefined) return passed;
			const key = JSON.stringify([server, search]);
			const endpoint = endpoints.get(key) ?? makeEndpoint(server, search);
			endpoints.set(key, endpoint);
			return (await endpoint).fetch(request, principal, body?.value);
		},
		async close() {
			unwatch();
			for (const endpoint of endpoints.values()) await (await endpoint).close();
		},
	};
}

/** Mounts `/mcp` and `/mcp/SERVER` on an app whose earlier middleware has put the caller into `user`. `?search=1` is the search mode. */
export function mountMcp<E extends { Variables: { user: Principal } }>(app: Hono<E>, gateway: McpGateway): void {
	const answer = (c: Context<E>) => {
		const server = c.req.param("server");
		const search = c.req.query("search") !== undefined;
		return gateway.fetch(c.req.raw, c.get("user"), { ...(server === undefined ? {} : { server }), search });
	};
	app.all("/mcp", answer);
	app.all("/mcp/:server", answer);
}

async function readRpc(request: Request, limit: number): Promise<{ value: unknown } | Response> {
	try {
		return { value: await readJson(request, limit) };
	} catch (thrown) {
		const { code, message } = AiosError.from(thrown);
		if (code === "too_large") return rpcError(413, -32000, message);
		if (message.includes("content-type")) return rpcError(415, -32000, message);
		return rpcError(400, -32700, message);
	}
}

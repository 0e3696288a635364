import type { Context, Hono } from "hono";
import { z } from "zod";
import {
	AiosError,
	type Assistant,
	type CatalogueTool,
	type Clock,
	type Logger,
	type Principal,
	type Tracer,
} from "../../contract/index.ts";
import type { Orchestrator } from "../../orchestrator/index.ts";
import { loadMcp, type McpEndpoint, readJson, rpcError } from "../../surface/index.ts";
import { digest } from "../../text/index.ts";
import type { AuditEntry } from "../audit-log.ts";
import { asPartOf, endWith, mcpSpan } from "../traced.ts";
import { indexTools, type Naming, plainNaming, prefixedNaming } from "./names.ts";
import { createPassing } from "./pass.ts";
import { createPlainCalls } from "./plain.ts";
import { createMcpProxy } from "./proxy.ts";

export interface McpGatewayDeps {
	version: string;
	assistant: Assistant;
	orchestrator: Pick<Orchestrator, "catalogue" | "servers" | "registered" | "mcp" | "onChange">;
	/** Throws `forbidden` where the caller has no right to a tool. */
	permit(principal: Principal, tool: CatalogueTool): void;
	/** Keeps what acted and what was refused. */
	audit(entry: AuditEntry): void;
	/** The refusal that tells an application to ask its person for more; undefined where nothing stands in the way. */
	challenge?(request: Request, principal: Principal, tool: CatalogueTool): Response | undefined;
	/** What the main server tells models about using the tools. */
	instructions?: string;
	/** Largest request body in bytes. */
	bodyLimit?: number;
	clock: Clock;
	log: Logger;
	tracer?: Tracer;
}

interface Target {
	server?: string;
	search?: boolean;
}

export interface McpGateway {
	/**
	 * Answers one request to `/mcp` (no `server`) or `/mcp/SERVER`, already authenticated as `principal`.
	 * `search` shows five tools that find and call the others.
	 */
	fetch(request: Request, principal: Principal, target?: Target): Promise<Response>;
	close(): Promise<void>;
}

const callSchema = z.looseObject({
	method: z.literal("tools/call"),
	params: z.looseObject({
		name: z.string(),
		arguments: z.unknown().optional(),
		_meta: z.record(z.string(), z.unknown()).optional(),
	}),
});
const calledSchema = z.looseObject({ name: z.string() });

const defaultBodyLimit = 8_000_000;

/** Makes the MCP gateway: every tool of every server behind one endpoint, and each server behind one of its own. */
export function createMcpGateway(deps: McpGatewayDeps): McpGateway {
	const { orchestrator, log, clock } = deps;
	const bodyLimit = deps.bodyLimit ?? defaultBodyLimit;
	const endpoints = new Map<string, Promise<McpEndpoint>>();
	const indexes = new Map<string, ReadonlyMap<string, CatalogueTool>>();
	/** Titles by server, of those there are. */
	let titles: ReadonlyMap<string, string> | undefined;
	const proxy = createMcpProxy({ ...deps, bodyLimit, may, admit, note });
	const plainCall = createPlainCalls(deps);
	let shown = toolNames();
	const unwatch = orchestrator.onChange(() => {
		indexes.clear();
		titles = undefined;
		const now = toolNames();
		if (now === shown) return;
		shown = now;
		for (const endpoint of endpoints.values()) void endpoint.then(({ toolsChanged }) => toolsChanged());
	});

	function may(principal: Principal, tool: CatalogueTool): boolean {
		try {
			deps.permit(principal, tool);
			return true;
		} catch {
			return false;
		}
	}

	function admit(principal: Principal, tool: CatalogueTool, input?: unknown): void {
		try {
			deps.permit(principal, tool);
		} catch (thrown) {
			note(principal, tool, input, "denied", AiosError.from(thrown).code);
			throw thrown;
		}
	}

	function note(
		user: Principal,
		{ server, name }: CatalogueTool,
		input: unknown,
		outcome: AuditEntry["outcome"],
		code?: string,
	): void {
		const about = { target: `${server}:${name}`, ...(input === undefined ? {} : { digest: digest(input) }) };
		deps.audit({ action: "tool.call", ...about, outcome, origin: "mcp", code, user });
	}

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

	function titleOf(server: string | undefined): string | undefined {
		if (server === undefined) return "AIOS";
		titles ??= new Map(orchestrator.servers().map(({ name, title }) => [name, title]));
		return titles.get(server);
	}

	async function makeEndpoint(server: string | undefined, search: boolean): Promise<McpEndpoint> {
		const [{ callerOf, createMcpEndpoint }, { gatewayServer }] = await Promise.all([loadMcp(), import("./server.ts")]);
		const naming = namingOf(server);
		const passing = createPassing({ orchestrator, naming, log });
		return createMcpEndpoint({
			serve: () =>
				gatewayServer({
					title: titleOf(server) ?? "AIOS",
					version: deps.version,
					instructions: deps.instructions,
					naming,
					tools: () => toolsOf(server ?? "", naming),
					may,
					admit,
					principalOf: callerOf,
					assistant: deps.assistant,
					tracer: deps.tracer,
					passing,
					servers: orchestrator.registered,
					search,
				}),
			bodyLimit,
			clock,
			log,
		});
	}

	/**
	 * A call of this year's protocol stands for itself, so where the server behind speaks it too the call goes there as it
	 * is, under the tool's own name: questions back, progress and logging pass unharmed.
	 */
	async function forward(request: Request, body: unknown, principal: Principal): Promise<Response | undefined> {
		const call = callSchema.safeParse(body);
		if (!call.success || request.headers.get("mcp-protocol-version") !== "2026-07-28") return undefined;
		const tool = toolsOf("", prefixedNaming).get(call.data.params.name);
		if (tool === undefined || !orchestrator.registered().includes(tool.server)) return undefined;
		const line = await orchestrator.mcp(tool.server).catch(() => undefined);
		if (line?.modern !== true || line.endpoint === undefined) return undefined;
		const headers = new Headers(request.headers);
		if (headers.has("mcp-name")) headers.set("mcp-name", tool.name);
		const { params, ...message } = call.data;
		const own = new Request(request.url, { method: "POST", headers, signal: request.signal });
		return proxy.fetch(own, { ...message, params: { ...params, name: tool.name } }, principal, tool.server);
	}

	/** An application that calls what it was not allowed is told how to get there before anything else looks at the call. */
	function beyondScope(request: Request, body: unknown, principal: Principal, server: string | undefined) {
		const call = callSchema.safeParse(body);
		if (!call.success) return undefined;
		const { name, arguments: input } = call.data.params;
		const tools = toolsOf(server ?? "", namingOf(server));
		// In search mode the tool that is meant is an argument.
		const tool = tools.get(name) ?? tools.get(calledSchema.safeParse(input).data?.name ?? "");
		const refused = tool && deps.challenge?.(request, principal, tool);
		if (tool === undefined || refused === undefined) return undefined;
		note(principal, tool, input, "denied", "forbidden");
		return refused;
	}

	/** Answers a request whose body was read; the way it takes depends on what is behind. */
	async function answer(request: Request, value: unknown, principal: Principal, target: Target & { title: string }) {
		const { server, search = false, title } = target;
		if (!search) {
			const passed = await (server === undefined
				? forward(request, value, principal)
				: proxy.fetch(request, value, principal, server));
			if (passed !== undefined) return passed;
			const tools = toolsOf(server ?? "", namingOf(server));
			const plain = plainCall(request, value, principal, { name: server ?? "aios", title, tools });
			if (plain !== undefined) return plain;
		}
		const key = JSON.stringify([server, search]);
		const endpoint = endpoints.get(key) ?? makeEndpoint(server, search);
		endpoints.set(key, endpoint);
		return (await endpoint).fetch(request, principal, value);
	}

	return {
		async fetch(request, principal, target = {}) {
			const { server } = target;
			const title = titleOf(server);
			if (title === undefined) throw new AiosError("not_found", `There is no server named ${server}.`);
			const body = request.method === "POST" ? await readRpc(request, bodyLimit) : undefined;
			if (body instanceof Response) return body;
			if (principal.via === "application" && body !== undefined) {
				const refused = beyondScope(request, body.value, principal, server);
				if (refused !== undefined) return refused;
			}
			const { tracer } = deps;
			const call = tracer === undefined ? undefined : callSchema.safeParse(body?.value).data;
			if (tracer === undefined || call === undefined)
				return answer(request, body?.value, principal, { ...target, title });
			const span = mcpSpan(tracer, request, call);
			try {
				const work = () => answer(request, asPartOf(span, call), principal, { ...target, title });
				return endWith(span, await tracer.within(span, work));
			} catch (error) {
				span.end({ error });
				throw error;
			}
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

function namingOf(server: string | undefined): Naming {
	return server === undefined ? prefixedNaming : plainNaming(server);
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

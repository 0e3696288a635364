import type { Principal } from "../contract/index.ts";
import { type McpSubject, sessionOf } from "./mcp-server.ts";
import { toMcpError, toMcpResult } from "./mcp-tools.ts";

const protocol = "2026-07-28";
const reserved = "io.modelcontextprotocol/";
/** The request envelope of protocol 2026-07-28; any other key under this prefix is left to the full server. */
const envelope = {
	version: `${reserved}protocolVersion`,
	client: `${reserved}clientInfo`,
	capabilities: `${reserved}clientCapabilities`,
};
const envelopeKeys = new Set(Object.values(envelope));

interface LeanCall {
	id: string | number;
	name: string;
	input: Record<string, unknown>;
	meta: Record<string, unknown>;
}

/**
 * Answers the commonest request, a plain `tools/call` of protocol 2026-07-28, without building a server for it.
 * Whatever is not exactly that (progress wanted, input responses, an unknown tool, a header that disagrees with the
 * body…) gives undefined and goes the full way, so no rule of the protocol is written twice.
 */
export function answerLean(
	request: Request,
	body: unknown,
	principal: Principal,
	subject: McpSubject,
): Promise<Response> | undefined {
	const call = readCall(request.headers, body);
	const tool = call && subject.tools.find(({ name }) => name === call.name);
	if (call === undefined || tool === undefined) return undefined;
	const running = subject.run(tool, call.input, {
		user: principal,
		session: sessionOf(call.meta) ?? "mcp",
		signal: request.signal,
	});
	return running.then(toMcpResult, toMcpError).then((result) => {
		const _meta = {
			[`${reserved}serverInfo`]: { name: subject.name, title: subject.title, version: subject.version },
			...result._meta,
		};
		return Response.json({ jsonrpc: "2.0", id: call.id, result: { ...result, resultType: "complete", _meta } });
	});
}

function readCall(headers: Headers, body: unknown): LeanCall | undefined {
	if (!isObject(body) || body.jsonrpc !== "2.0" || body.method !== "tools/call") return undefined;
	const { id, params } = body;
	if ((typeof id !== "string" && typeof id !== "number") || !isObject(params) || !isObject(params._meta))
		return undefined;
	const { name, arguments: input = {}, _meta: meta, ...rest } = params;
	if (typeof name !== "string" || !isObject(input) || Object.keys(rest).length > 0) return undefined;
	if (meta[envelope.version] !== protocol || !isObject(meta[envelope.capabilities])) return undefined;
	if (!isIdentity(meta[envelope.client])) return undefined;
	for (const key in meta) {
		if (key === "progressToken" || (key.startsWith(reserved) && !envelopeKeys.has(key))) return undefined;
	}
	const agrees =
		headers.get("mcp-protocol-version") === protocol &&
		headers.get("mcp-method") === "tools/call" &&
		headers.get("mcp-name") === name &&
		(headers.get("accept")?.includes("application/json") ?? false);
	return agrees ? { id, name, input, meta } : undefined;
}

function isIdentity(value: unknown): boolean {
	return isObject(value) && typeof value.name === "string" && typeof value.version === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

import {
	type AuthInfo,
	type CallToolRequest,
	type CallToolResult,
	ProtocolError,
	ProtocolErrorCode,
	Server,
	type ServerContext,
} from "@modelcontextprotocol/server";
import { AiosError, type Principal } from "../contract/index.ts";
import type { McpSubject } from "./mcp-subject.ts";
import { sessionOf, toMcpError, toMcpResult, toMcpTool, wishesOf } from "./mcp-tools.ts";

/** Carries the caller through the SDK to the handlers. */
export class Caller {
	constructor(readonly principal: Principal) {}
}

/** The principal a request was authenticated as. */
export function callerOf(context: ServerContext): Principal {
	return principalOf(context.http?.authInfo);
}

/** The principal behind what the endpoint was given. Throws `unauthenticated` without one. */
export function principalOf(authInfo: AuthInfo | undefined): Principal {
	const caller = authInfo?.extra?.caller;
	if (caller instanceof Caller) return caller.principal;
	throw new AiosError("unauthenticated", "The call carries no credentials.");
}

/** A fresh MCP server over a subject; one serves one request (2026-07-28) or one session (2025-11-25). */
export function mcpServer(subject: McpSubject): Server {
	const { extend } = subject;
	const server = new Server(
		{ name: subject.name, title: subject.title, version: subject.version },
		{
			capabilities: { tools: { listChanged: true }, ...extend?.capabilities },
			...(extend?.requestState === undefined ? {} : { requestState: extend.requestState }),
			...(subject.instructions === undefined ? {} : { instructions: subject.instructions }),
		},
	);
	const listed = [...subject.tools.map((tool) => toMcpTool(tool)), ...(extend?.tools ?? [])];
	server.setRequestHandler("tools/list", () => ({ tools: listed }));
	server.setRequestHandler("tools/call", async (request, context) => {
		const answered = await extend?.callTool?.(request, context);
		return answered ?? callTool(subject, request, context);
	});
	extend?.install(server);
	return server;
}

async function callTool(
	subject: McpSubject,
	{ params }: CallToolRequest,
	context: ServerContext,
): Promise<CallToolResult> {
	const tool = subject.tools.find(({ name }) => name === params.name);
	if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
	const meta = context.mcpReq._meta;
	const token = meta?.progressToken;
	try {
		const result = await subject.run(tool, params.arguments ?? {}, {
			user: subject.caller ?? callerOf(context),
			session: sessionOf(meta) ?? context.sessionId ?? "mcp",
			signal: context.mcpReq.signal,
			...wishesOf(meta),
			progress: (update) => {
				if (token === undefined) return;
				// A client that has gone away misses its progress; the call itself is ended by its signal.
				context.mcpReq
					.notify({ method: "notifications/progress", params: { progressToken: token, ...update } })
					.catch(() => {});
			},
		});
		return toMcpResult(result);
	} catch (thrown) {
		return toMcpError(thrown);
	}
}

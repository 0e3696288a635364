import type { Order } from "./load-process.ts";

/** One way to have something done, and what to ask for it. */
export interface Arm {
	name: string;
	order: Omit<Order, "clients" | "warmMs" | "ms">;
}

const json = { "content-type": "application/json" };
const reserved = "io.modelcontextprotocol/";

/** A call of one tool by REST. */
export function rest(name: string, port: number, path: string, body: object, expect: string, token?: string): Arm {
	const headers = token === undefined ? json : { ...json, authorization: `Bearer ${token}` };
	return { name, order: { port, path, headers, body: JSON.stringify(body), expect } };
}

/** A call of `echo` by MCP 2026-07-28. */
export function mcp(name: string, port: number, path: string, token?: string): Arm {
	const call = {
		jsonrpc: "2.0",
		id: 1,
		method: "tools/call",
		params: {
			name: "echo",
			arguments: { text: "hello" },
			_meta: {
				[`${reserved}protocolVersion`]: "2026-07-28",
				[`${reserved}clientInfo`]: { name: "bench", version: "1" },
				[`${reserved}clientCapabilities`]: {},
			},
		},
	};
	const { order } = rest(name, port, path, call, "hello", token);
	const headers = {
		...order.headers,
		accept: "application/json, text/event-stream",
		"mcp-protocol-version": "2026-07-28",
		"mcp-method": "tools/call",
		"mcp-name": "echo",
	};
	return { name, order: { ...order, headers } };
}

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Orchestrator } from "../../../core/orchestrator/index.ts";
import { kitProcess, orchestrate } from "../../orchestrator/setup.ts";
import { type GatewayUnderTest, startGateway } from "./setup.ts";

let orchestrator: Orchestrator;
let gateway: GatewayUnderTest;

beforeAll(async () => {
	orchestrator = orchestrate({ processes: [kitProcess()] });
	await orchestrator.start();
	gateway = startGateway(orchestrator);
});

afterAll(async () => {
	await gateway.stop();
	await orchestrator.stop();
});

const reserved = "io.modelcontextprotocol/";

interface Call {
	path?: string;
	name: string;
	arguments?: unknown;
	as?: string;
	meta?: Record<string, unknown>;
	headers?: Record<string, string>;
}

/** Sends one call of protocol 2026-07-28; a wish for logging is nothing a plain call has, so it goes the full way. */
async function send(call: Call, fullWay: boolean) {
	const response = await fetch(`${gateway.base}${call.path ?? "/mcp/kit"}`, {
		method: "POST",
		headers: {
			authorization: `Bearer ${call.as ?? "admin"}`,
			"content-type": "application/json",
			accept: "application/json, text/event-stream",
			"mcp-protocol-version": "2026-07-28",
			"mcp-method": "tools/call",
			"mcp-name": call.name,
			...call.headers,
		},
		body: JSON.stringify({
			jsonrpc: "2.0",
			id: "call-1",
			method: "tools/call",
			params: {
				name: call.name,
				...("arguments" in call ? { arguments: call.arguments } : {}),
				_meta: {
					[`${reserved}protocolVersion`]: "2026-07-28",
					[`${reserved}clientInfo`]: { name: "test", version: "1" },
					[`${reserved}clientCapabilities`]: {},
					...(fullWay ? { [`${reserved}logLevel`]: "error" } : {}),
					...call.meta,
				},
			},
		}),
	});
	const streamed = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
	const text = await response.text();
	const messages = streamed ? [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data ?? "") : [text];
	const { status } = response;
	return { status, messages: messages.filter((data) => data !== "").map((data): unknown => JSON.parse(data)) };
}

const calls: [string, Call][] = [
	["calls", { name: "add", arguments: { a: 2, b: 3 } }],
	["gets a picture from", { name: "picture", arguments: {} }],
	["gives no arguments to", { name: "picture" }],
	["names a conversation to", { name: "echo", arguments: { text: "ü" }, meta: { "aios/session": "s1" } }],
	["wants only the arguments resolved of", { name: "echo", arguments: { text: "x" }, meta: { "aios/resolve": true } }],
	["says the long name of", { path: "/mcp", name: "kit_add", arguments: { a: 1, b: 1 } }],
	["misspells the name of", { name: "nothing", arguments: {} }],
	["says at /mcp the short name of", { path: "/mcp", name: "add", arguments: { a: 1, b: 1 } }],
	["leaves out what is needed by", { name: "add", arguments: { a: 1 } }],
	["misspelt a field of", { name: "add", arguments: { a: 1, b: 2, c: 3 } }],
	["sends a list to", { name: "add", arguments: [1, 2] }],
	["hears the typed failure of", { name: "misbehave", arguments: { way: "typed" } }],
	["hears no secret of", { name: "misbehave", arguments: { way: "throw" } }],
	["is spared the bulk of", { name: "misbehave", arguments: { way: "huge" } }],
	["has no right to", { name: "wipe", arguments: {}, as: "guest" }],
	["is asked before", { name: "wipe", arguments: {}, as: "careful" }],
	["says another name in the header than", { name: "add", arguments: {}, headers: { "mcp-name": "echo" } }],
	["says another method in the header for", { name: "add", arguments: {}, headers: { "mcp-method": "tools/list" } }],
	["takes no event stream from", { name: "add", arguments: { a: 1, b: 1 }, headers: { accept: "application/json" } }],
	["sends a form to", { name: "add", headers: { "content-type": "text/plain" } }],
	["hears of progress of", { name: "wait", arguments: { ms: 30, steps: 3 }, meta: { progressToken: "p1" } }],
];

/** What differs from run to run: ids, and which process answered. */
function settled(messages: unknown): unknown {
	const text = JSON.stringify(messages).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
	return JSON.parse(text.replaceAll(/(\\?"pid\\?":)\d+/g, "$10"));
}

test.each(calls)("a caller who %s a tool hears the same by the short way as by the full one", async (_what, call) => {
	const [short, full] = [await send(call, false), await send(call, true)];
	expect(short.status).toBe(full.status);
	expect(settled(short.messages)).toEqual(settled(full.messages));
});

test("an answer to a plain call is one JSON body", async () => {
	expect(await send({ name: "add", arguments: { a: 2, b: 3 } }, false)).toMatchObject({
		status: 200,
		messages: [{ id: "call-1", result: { structuredContent: { sum: 5 }, resultType: "complete" } }],
	});
});

import { Client } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Orchestrator } from "../../../core/orchestrator/index.ts";
import { digest } from "../../../core/text/index.ts";
import { admin } from "../../fixtures/people.ts";
import { type OldUpstream, startBadUpstream, startOldUpstream } from "../../fixtures/upstreams.ts";
import { kitProcess, orchestrate } from "../../orchestrator/setup.ts";
import { type GatewayUnderTest, startGateway } from "./setup.ts";

let orchestrator: Orchestrator;
let old: OldUpstream;
let gateway: GatewayUnderTest;

beforeAll(async () => {
	old = startOldUpstream();
	orchestrator = orchestrate({ processes: [kitProcess()] });
	await orchestrator.start();
	await orchestrator.register({ name: "old", url: old.url }, admin);
	gateway = startGateway(orchestrator);
});

afterAll(async () => {
	await gateway.stop();
	await orchestrator.stop();
	await old.stop();
});

describe.each(["auto", "legacy"] as const)("a client that negotiates %s", (mode) => {
	test("sees every server's tools under prefixed names, and calls them", async () => {
		const client = await gateway.connect("/mcp", { mode });
		expect(client.getInstructions()).toBe("Ask for anything.");
		const { tools } = await client.listTools();
		expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["kit_echo", "kit_wipe", "old_greet"]));
		expect(await client.callTool({ name: "kit_add", arguments: { a: 2, b: 2 } })).toMatchObject({
			structuredContent: { sum: 4 },
			_meta: { "aios/say": "That makes 4." },
		});
		expect(await client.callTool({ name: "old_greet", arguments: { name: "Ada" } })).toMatchObject({
			structuredContent: { text: "Hello, Ada!" },
		});
		await expect(client.callTool({ name: "kit_nothing", arguments: {} })).rejects.toThrow("Unknown tool");
		await client.close();
	});

	test("sees one server with its own names", async () => {
		for (const [server, tool] of [
			["kit", "echo"],
			["old", "greet"],
		]) {
			const client = await gateway.connect(`/mcp/${server}`, { mode });
			const { tools } = await client.listTools();
			expect(tools[0]?.name).toBe(tool);
			const called = await client.callTool({ name: tool ?? "", arguments: { text: "hi", name: "hi" } });
			expect(called.isError ?? false).toBe(server === "kit");
			await client.close();
		}
	});

	test("hears of progress through the gateway, and pictures pass", async () => {
		const client = await gateway.connect("/mcp", { mode });
		const steps: (string | undefined)[] = [];
		await client.callTool(
			{ name: "kit_wait", arguments: { ms: 40, steps: 2 } },
			{ onprogress: ({ message }) => steps.push(message) },
		);
		expect(steps).toEqual(["step 1", "step 2"]);
		const { content } = await client.callTool({ name: "kit_picture", arguments: {} });
		expect(content).toContainEqual(expect.objectContaining({ type: "image" }));
		await client.close();
	});

	test("a cancelled call ends on the server behind", async () => {
		const client = await gateway.connect("/mcp", { mode });
		const controller = new AbortController();
		const call = client.callTool({ name: "kit_wait", arguments: { ms: 1_900 } }, { signal: controller.signal });
		setTimeout(() => controller.abort(), 50);
		await expect(call).rejects.toThrow();
		await client.close();
	});

	test("a guest sees only what a guest may use", async () => {
		const client = await gateway.connect("/mcp", { mode, as: "guest" });
		const { tools } = await client.listTools();
		expect(tools.map(({ name }) => name)).toContain("kit_echo");
		expect(tools.map(({ name }) => name)).not.toContain("kit_wipe");
		expect(await client.callTool({ name: "kit_wipe", arguments: {} })).toMatchObject({ isError: true });
		await client.close();
	});

	test("what is set to ask asks the client's user, and runs only on a yes", async () => {
		const asked: string[] = [];
		const connect = async (approve: boolean) => {
			const client = new Client(
				{ name: "test", version: "1" },
				{ versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } },
			);
			client.setRequestHandler("elicitation/create", ({ params }) => {
				asked.push(params.message);
				return { action: "accept", content: { approve } };
			});
			return gateway.connect("/mcp", { as: "careful", client });
		};
		const no = await connect(false);
		expect(await no.callTool({ name: "kit_wipe", arguments: {} })).toMatchObject({ isError: true });
		const yes = await connect(true);
		expect(await yes.callTool({ name: "kit_wipe", arguments: {} })).toMatchObject({ structuredContent: { value: 0 } });
		expect(asked).toEqual(["Wipe the counter?", "Wipe the counter?"]);
		await no.close();
		await yes.close();
	});

	test("in search mode five tools find, describe and call the rest", async () => {
		const client = await gateway.connect("/mcp?search", { mode });
		const { tools } = await client.listTools();
		expect(tools).toHaveLength(5);
		const found = await client.callTool({ name: "find_tools", arguments: { query: "add numbers" } });
		expect(found.structuredContent).toMatchObject({ tools: [{ name: "kit_add", effect: "read" }] });
		const described = await client.callTool({ name: "describe_tool", arguments: { name: "kit_add" } });
		expect(described.structuredContent).toMatchObject({ inputSchema: { required: ["a", "b"] } });
		const call = { name: "kit_add", arguments: { a: 1, b: 1 } };
		expect(await client.callTool({ name: "call_read_tool", arguments: call })).toMatchObject({
			structuredContent: { sum: 2 },
		});
		expect(await client.callTool({ name: "call_read_tool", arguments: { name: "kit_wipe" } })).toMatchObject({
			isError: true,
			content: [{ text: expect.stringContaining("destructive") }],
		});
		await client.close();
	});
});

test("a client on the 1.x library lists and calls", async () => {
	const client = new OldClient({ name: "old", version: "1" });
	await client.connect(new OldTransport(new URL(`${gateway.base}/mcp`)));
	const { tools } = await client.listTools();
	expect(tools.length).toBeGreaterThanOrEqual(10);
	expect(await client.callTool({ name: "kit_add", arguments: { a: 20, b: 22 } })).toMatchObject({
		structuredContent: { sum: 42 },
	});
	await client.close();
});

test("a client on the 1.x library works in search mode, while another sees the full list", async () => {
	const client = new OldClient({ name: "old", version: "1" });
	await client.connect(new OldTransport(new URL(`${gateway.base}/mcp?search`)));
	const full = await gateway.connect("/mcp");
	expect((await full.listTools()).tools.length).toBeGreaterThanOrEqual(10);
	const effects = (await client.listTools()).tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]);
	expect(effects).toEqual([
		["find_tools", true],
		["describe_tool", true],
		["call_read_tool", true],
		["call_write_tool", false],
		["call_destructive_tool", false],
	]);
	const call = (name: string, input: Record<string, unknown>) => client.callTool({ name, arguments: input });
	const found = await call("find_tools", { query: "greet somebody" });
	expect(found.structuredContent).toMatchObject({ tools: [{ name: "old_greet", effect: "read" }] });
	expect(await call("call_read_tool", { name: "old_greet", arguments: { name: "Ada" } })).toMatchObject({
		structuredContent: { text: "Hello, Ada!" },
	});
	expect(await call("call_write_tool", { name: "kit_count" })).toMatchObject({
		structuredContent: { pid: expect.any(Number) },
	});
	expect(await call("call_destructive_tool", { name: "kit_wipe" })).toMatchObject({ structuredContent: { value: 0 } });
	expect(await call("call_write_tool", { name: "kit_wipe" })).toMatchObject({ isError: true });
	await full.close();
	await client.close();
});

test("clients hear that the tools changed", async () => {
	const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "legacy" } });
	let heard = 0;
	client.setNotificationHandler("notifications/tools/list_changed", () => {
		heard += 1;
	});
	await gateway.connect("/mcp", { client });
	const more = startOldUpstream();
	await orchestrator.register({ name: "more", url: more.url }, admin);
	await expect.poll(() => heard).toBeGreaterThan(0);
	expect((await client.listTools()).tools.map(({ name }) => name)).toContain("more_greet");
	await orchestrator.unregister("more");
	await more.stop();
	await client.close();
});

test("a session forgotten by the server behind goes on through /mcp/SERVER", async () => {
	const client = await gateway.connect("/mcp/old", { mode: "legacy" });
	await client.listTools();
	old.forget();
	expect(await client.callTool({ name: "greet", arguments: { name: "again" } })).toMatchObject({
		content: [{ text: "Hello, again!" }],
	});
	await client.close();
});

test("a session is of no use to another person, and no credentials of a client reach a server", async () => {
	const client = await gateway.connect("/mcp/old", { mode: "legacy" });
	const id = client.transport?.sessionId ?? "";
	const ask = (who: string) =>
		fetch(`${gateway.base}/mcp/old`, {
			method: "POST",
			headers: {
				authorization: `Bearer ${who}`,
				"content-type": "application/json",
				accept: "application/json, text/event-stream",
				"mcp-session-id": id,
				"mcp-protocol-version": "2025-11-25",
			},
			body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
		});
	expect((await ask("careful")).status).toBe(404);
	expect((await ask("admin")).status).toBe(200);
	expect(old.headersSeen().some((header) => header.includes("authorization"))).toBe(false);
	await client.close();
});

test("a tool that is held back is neither listed nor called through /mcp/SERVER", async () => {
	const upstream = startOldUpstream();
	await orchestrator.register({ name: "shifty", url: upstream.url }, admin);
	upstream.describe("Changed.");
	await orchestrator.register({ name: "shifty", url: upstream.url }, admin);
	const client = await gateway.connect("/mcp/shifty", { mode: "legacy" });
	expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["send"]);
	await expect(client.callTool({ name: "greet", arguments: { name: "x" } })).rejects.toThrow("Unknown tool");
	expect(upstream.calls()).toBe(0);
	await client.close();
	await orchestrator.unregister("shifty");
	await upstream.stop();
});

test("a server that hangs does not delay what others offer", async () => {
	const upstream = startOldUpstream();
	await orchestrator.register({ name: "slow", url: upstream.url }, admin);
	await upstream.stop();
	const hanging = startBadUpstream(() => new Promise(() => {}));
	const client = await gateway.connect("/mcp");
	expect(z.array(z.unknown()).parse((await client.listResources()).resources)).toEqual([]);
	expect((await client.callTool({ name: "kit_add", arguments: { a: 1, b: 0 } })).structuredContent).toEqual({ sum: 1 });
	await client.close();
	await orchestrator.unregister("slow");
	await hanging.stop();
});

test("ten thousand tools are listed page by page", async () => {
	const big = startBadUpstream(() =>
		Response.json({
			openapi: "3.1.0",
			paths: Object.fromEntries(
				Array.from({ length: 10_000 }, (_, index) => [`/op${index}`, { get: { summary: `Op ${index}` } }]),
			),
		}),
	);
	await orchestrator.register({ name: "big", url: big.url }, admin);
	const client = await gateway.connect("/mcp");
	const names = new Set<string>();
	let cursor: string | undefined;
	do {
		const page = await client.listTools(cursor === undefined ? {} : { cursor });
		for (const { name } of page.tools) names.add(name);
		cursor = page.nextCursor;
	} while (cursor !== undefined);
	expect(names.size).toBeGreaterThanOrEqual(10_010);
	await client.close();
	await orchestrator.unregister("big");
	await big.stop();
});

test("who may not read at a server gets neither its resources nor its tools through /mcp/SERVER", async () => {
	const client = await gateway.connect("/mcp/old", { mode: "legacy", as: "stranger" });
	expect((await client.listTools()).tools).toEqual([]);
	await expect(client.callTool({ name: "greet", arguments: { name: "x" } })).rejects.toThrow("may not use greet");
	await expect(client.request({ method: "resources/list" })).rejects.toThrow("may not use resources");
	await client.close();
});

test("what acts by MCP, and what is refused there, is in the audit log whichever way it came; what reads is not", async () => {
	const kept: unknown[] = [];
	const calls = [
		{ path: "/mcp", reads: "kit_add", acts: "kit_wipe", refused: "kit:wipe" },
		{ path: "/mcp/kit", reads: "add", acts: "wipe", refused: "kit:wipe" },
		{
			path: "/mcp?search",
			reads: "call_read_tool kit_add",
			acts: "call_destructive_tool kit_wipe",
			refused: "kit:wipe",
		},
		{ path: "/mcp", reads: "old_greet", acts: "old_send", refused: "old:send" },
		{ path: "/mcp/old", reads: "greet", acts: "send", refused: "old:send" },
	];
	for (const { path, reads, acts, refused } of calls) {
		for (const mode of ["auto", "legacy"] as const) {
			const client = await gateway.connect(path, { mode });
			const guest = await gateway.connect(path, { mode, as: "guest" });
			gateway.audited.length = 0;
			const call = (by: Client, words: string, input: Record<string, unknown>) => {
				const [first = "", name] = words.split(" ");
				return by
					.callTool(
						name === undefined
							? { name: first, arguments: input }
							: { name: first, arguments: { name, arguments: input } },
					)
					.then(({ isError = false }) => isError)
					.catch(() => true);
			};
			expect(await call(client, reads, reads.includes("greet") ? { name: "x" } : { a: 1, b: 1 })).toBe(false);
			expect(await call(client, acts, {})).toBe(false);
			expect(await call(guest, acts, {})).toBe(true);
			expect(gateway.audited, `${path} ${mode} ${acts}`).toMatchObject([
				{ action: "tool.call", target: refused, outcome: "done", origin: "mcp", userName: "Ada" },
				{ action: "tool.call", target: refused, outcome: "denied", origin: "mcp", userName: "Gus" },
			]);
			kept.push(...gateway.audited.map(({ digest }) => digest));
			await client.close();
			await guest.close();
		}
	}
	// All of them were called with nothing.
	expect(new Set(kept)).toEqual(new Set([digest({})]));
});

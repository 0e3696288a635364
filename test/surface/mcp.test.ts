import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AiosError, silentLogger } from "../../core/contract/index.ts";
import { createServerApp, type ServerApp } from "../../core/surface/index.ts";
import { kit } from "../fixtures/kit/index.ts";
import { admin, guest } from "../fixtures/people.ts";

let app: ServerApp;
let server: Bun.Server<undefined>;
let url: URL;
const people: Record<string, typeof admin> = { "Bearer admin": admin, "Bearer guest": guest };

beforeAll(() => {
	app = createServerApp({
		definition: kit,
		adapters: { counter: { value: 0 }, closed() {} },
		authenticate: (request) => {
			const person = people[request.headers.get("authorization") ?? ""];
			if (person === undefined) throw new AiosError("unauthenticated", "Sign in first.");
			return person;
		},
		version: "1.2.3",
		log: silentLogger,
	});
	server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.app.fetch, idleTimeout: 0 });
	url = new URL(`http://127.0.0.1:${server.port}/mcp`);
});

afterAll(async () => {
	await app.close();
	await server.stop(true);
});

async function connect(mode: "auto" | "legacy", token = "admin"): Promise<Client> {
	const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
	const headers = { authorization: `Bearer ${token}` };
	await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
	return client;
}

describe.each(["auto", "legacy"] as const)("a client that negotiates %s", (mode) => {
	test("sees who serves it and how to use it", async () => {
		const client = await connect(mode);
		expect(client.getServerVersion()).toMatchObject({ name: "kit", title: "Kit", version: "1.2.3" });
		expect(client.getInstructions()).toBe("Use echo first.");
		await client.close();
	});

	test("lists every tool with hints from its effect and its catalogue entry", async () => {
		const client = await connect(mode);
		const { tools } = await client.listTools();
		expect(tools.map(({ name }) => name)).toEqual(kit.tools.map(({ name }) => name));
		const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
		expect(hints.echo).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
		expect(hints.wipe).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: true });
		expect(hints.misbehave).toMatchObject({ readOnlyHint: false, openWorldHint: true, idempotentHint: false });
		expect(tools[0]?._meta?.["aios/tool"]).toMatchObject({
			effect: "read",
			role: "guest",
			voice: { en: { sentences: ["echo {text}"] } },
		});
		await client.close();
	});

	test("gets the output, the sentence and the picture", async () => {
		const client = await connect(mode);
		const sum = await client.callTool({ name: "add", arguments: { a: 1, b: 2 } });
		expect(sum).toMatchObject({ structuredContent: { sum: 3 }, _meta: { "aios/say": "That makes 3." } });
		expect(sum.content).toEqual([{ type: "text", text: '{"sum":3}' }]);
		const picture = await client.callTool({ name: "picture", arguments: {} });
		expect(picture.content).toContainEqual(expect.objectContaining({ type: "image", mimeType: "image/png" }));
		await client.close();
	});

	test("hears what went wrong, as a result it can read", async () => {
		const client = await connect(mode);
		const failed = await client.callTool({ name: "misbehave", arguments: { way: "typed" } });
		expect(failed).toMatchObject({ isError: true, content: [{ text: "No such thing. Look elsewhere." }] });
		expect(failed._meta?.["aios/error"]).toMatchObject({ code: "not_found", spoken: "I can't find it." });
		const wrong = await client.callTool({ name: "add", arguments: { a: 1 } });
		expect(wrong).toMatchObject({ isError: true });
		await expect(client.callTool({ name: "nothing", arguments: {} })).rejects.toThrow("Unknown tool");
		await client.close();
	});

	test("hears of progress", async () => {
		const client = await connect(mode);
		const steps: string[] = [];
		await client.callTool(
			{ name: "wait", arguments: { ms: 60, steps: 3 } },
			{ onprogress: ({ message }) => steps.push(message ?? "") },
		);
		expect(steps).toEqual(["step 1", "step 2", "step 3"]);
		await client.close();
	});

	test("ends a call it no longer wants: the tool stops", async () => {
		const client = await connect(mode);
		const controller = new AbortController();
		const call = client.callTool({ name: "wait", arguments: { ms: 60_000 } }, { signal: controller.signal });
		await expect.poll(() => app.inflight()).toBe(1);
		controller.abort();
		await expect(call).rejects.toThrow();
		await expect.poll(() => app.inflight(), { timeout: 1_000 }).toBe(0);
		await client.close();
	});

	test("a guest may read and not act", async () => {
		const client = await connect(mode, "guest");
		expect(await client.callTool({ name: "add", arguments: { a: 1, b: 1 } })).not.toHaveProperty("isError");
		const refused = await client.callTool({ name: "count", arguments: {} });
		expect(refused._meta?.["aios/error"]).toMatchObject({ code: "forbidden" });
		await client.close();
	});
});

test("a session serves only the one who opened it", async () => {
	const client = await connect("legacy");
	const transport = client.transport;
	const sessionId = transport?.sessionId;
	expect(sessionId).toBeTruthy();
	const ask = (token: string) =>
		fetch(url, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				accept: "application/json, text/event-stream",
				authorization: `Bearer ${token}`,
				"mcp-session-id": sessionId ?? "",
				"mcp-protocol-version": "2025-11-25",
			},
			body: JSON.stringify({ jsonrpc: "2.0", id: 9, method: "tools/list" }),
		});
	expect((await ask("guest")).status).toBe(404);
	expect((await ask("admin")).status).toBe(200);
	await client.close();
});

test("a request that disagrees with its headers is refused, also where it looks like the common one", async () => {
	const meta = {
		"io.modelcontextprotocol/protocolVersion": "2026-07-28",
		"io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
		"io.modelcontextprotocol/clientCapabilities": {},
	};
	const call = (headers: Record<string, string>, name = "add") =>
		fetch(url, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				accept: "application/json, text/event-stream",
				authorization: "Bearer admin",
				"mcp-protocol-version": "2026-07-28",
				"mcp-method": "tools/call",
				"mcp-name": name,
				...headers,
			},
			body: JSON.stringify({
				jsonrpc: "2.0",
				id: 1,
				method: "tools/call",
				params: { name: "add", arguments: { a: 1, b: 1 }, _meta: meta },
			}),
		});
	expect(await (await call({})).json()).toMatchObject({ id: 1, result: { structuredContent: { sum: 2 } } });
	expect(await (await call({}, "wipe")).json()).toMatchObject({ error: { code: -32020 } });
	expect(await (await call({ "mcp-method": "tools/list" })).json()).toMatchObject({ error: { code: -32020 } });
});

test("what is not JSON-RPC is answered as JSON-RPC says", async () => {
	const send = (body: string, type = "application/json") =>
		fetch(url, { method: "POST", headers: { "content-type": type, authorization: "Bearer admin" }, body });
	const broken = await send("{");
	expect(broken.status).toBe(400);
	expect(await broken.json()).toMatchObject({ error: { code: -32700 } });
	expect((await send("{}", "text/plain")).status).toBe(415);
});

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { digest } from "../../core/text/index.ts";
import { administrator, type Product, startProduct } from "./harness/product.ts";
import { until } from "./harness/wait.ts";

/** A tool of each server that a guest may not use. */
const forbidden = {
	python: "execute_code",
	browser: "open_url",
	system: "delete_path",
	communication: "send_email",
	ide: "git_commit",
	github: "create_issue",
	voice: "press_keys",
};
const input = { text: "none of it is done" };

const answerSchema = z.looseObject({ access_token: z.string() });
const rowSchema = z.object({
	action: z.string(),
	target: z.string(),
	origin: z.string(),
	outcome: z.string(),
	userName: z.string().nullable(),
	digest: z.string().nullable(),
});
const auditSchema = z.object({ entries: z.array(rowSchema) });

let product: Product;
let guest: string;
/** Where each server's own port is. */
const ports: Record<string, string> = {};
beforeAll(async () => {
	product = await startProduct();
	await product.post("/users", { name: "gus", password: administrator.password, role: "guest" }, z.unknown());
	const signedIn = await send(`${product.url}/token`, { username: "gus", password: administrator.password });
	guest = answerSchema.parse(await signedIn.json()).access_token;
	await until("every server", 30_000, async () => {
		const { servers } = await product.status();
		for (const { name, status, replicas } of servers) {
			if (status === "healthy" && replicas[0] !== undefined) ports[name] = replicas[0].url;
		}
		return Object.keys(ports).length === Object.keys(forbidden).length;
	});
});
afterAll(() => product?.dispose());

function send(url: string, body: unknown, token?: string, headers: Record<string, string> = {}): Promise<Response> {
	return fetch(url, {
		method: "POST",
		headers: {
			"content-type": "application/json",
			accept: "application/json, text/event-stream",
			...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
			...headers,
		},
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
}

const mcp = (name: string, args: object) => ({
	jsonrpc: "2.0",
	id: 1,
	method: "tools/call",
	params: {
		name,
		arguments: args,
		_meta: {
			"io.modelcontextprotocol/protocolVersion": "2026-07-28",
			"io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
			"io.modelcontextprotocol/clientCapabilities": {},
		},
	},
});
const called = (name: string) => ({
	"mcp-protocol-version": "2026-07-28",
	"mcp-method": "tools/call",
	"mcp-name": name,
});

/** Says a sentence over Socket.IO as the guest. */
async function say(text: string): Promise<unknown> {
	const socket = io(product.url, { auth: { token: guest }, transports: ["websocket"] });
	try {
		return await socket.timeout(10_000).emitWithAck("command", { text });
	} finally {
		socket.close();
	}
}

/** The newest rows of the guest's in the audit log. */
const told = async (rows: number) =>
	(await product.get(`/audit?user=gus&action=tool.call&limit=${rows}`, auditSchema)).entries;

const ways: [string, string, () => Promise<unknown>][] = [
	["POST /command", "direct", () => send(`${product.url}/command`, { tool: "delete_path", arguments: input }, guest)],
	[
		"/mcp",
		"mcp",
		() => send(`${product.url}/mcp`, mcp("system_delete_path", input), guest, called("system_delete_path")),
	],
	[
		"/mcp/SERVER",
		"mcp",
		() => send(`${product.url}/mcp/system`, mcp("delete_path", input), guest, called("delete_path")),
	],
	[
		"/mcp in search mode",
		"mcp",
		() =>
			send(
				`${product.url}/mcp?search`,
				mcp("call_destructive_tool", { name: "system_delete_path", arguments: input }),
				guest,
				called("call_destructive_tool"),
			),
	],
];

test.each(ways)("a refusal by %s is in the audit log", async (_way, origin, ask) => {
	await ask();
	expect(await told(1)).toEqual([
		{
			action: "tool.call",
			target: "system:delete_path",
			origin,
			outcome: "denied",
			userName: "gus",
			digest: digest(input),
		},
	]);
});

test("a refusal by POST /TOOL of the main port, and by words over Socket.IO, is in the audit log", async () => {
	const timer = { duration: 60 };
	expect((await send(`${product.url}/set_timer`, timer, guest)).status).toBe(403);
	expect(await say("delete the file notes")).toMatchObject({ status: "failed", error: { code: "forbidden" } });
	expect(await told(2)).toMatchObject([
		{ target: "system:delete_path", origin: "text", outcome: "denied", digest: expect.any(String) },
		{ target: "main:set_timer", origin: "direct", outcome: "denied", digest: digest(timer) },
	]);
});

test.each(Object.entries(forbidden))("a refusal at the port of %s itself is in the audit log", async (server, tool) => {
	const url = ports[server];
	expect((await send(`${url}/${tool}`, input, guest)).status).toBe(403);
	await send(`${url}/mcp`, mcp(tool, input), guest, called(tool));
	const row = {
		target: `${server}:${tool}`,
		origin: "direct",
		outcome: "denied",
		userName: "gus",
		digest: digest(input),
	};
	expect(await told(2)).toMatchObject([row, row]);
});

test("what acts at a server's own port is in the audit log; what reads, and what the gateway passes on, is not there twice", async () => {
	const contact = { name: "Ada", email: "ada@example.org" };
	const audited = async () => (await product.get("/audit?target=communication:*&user=admin", auditSchema)).entries;
	expect((await send(`${ports.communication}/add_contact`, contact, product.token)).status).toBe(200);
	await send(`${ports.communication}/list_contacts`, {}, product.token);
	expect(await audited()).toMatchObject([
		{ target: "communication:add_contact", outcome: "done", digest: digest(contact) },
	]);
	await product.post("/command", { tool: "add_contact", arguments: contact }, z.unknown());
	expect(await audited()).toHaveLength(2);
});

test("a key that is set to ask can't get around the question at a server's own port", async () => {
	const wanted = { name: "careful", ask: ["communication:*:write"] };
	const { key } = await product.post("/api_keys", wanted, z.object({ key: z.string() }));
	const contact = { name: "Eve", email: "eve@example.org" };
	const direct = await send(`${ports.communication}/add_contact`, contact, key);
	expect(direct.status).toBe(403);
	expect(await direct.json()).toMatchObject({ fix: expect.stringContaining("POST /command") });
	const asked = await send(`${product.url}/command`, { tool: "add_contact", arguments: contact }, key);
	const { confirmation } = z.object({ confirmation: z.object({ id: z.string() }) }).parse(await asked.json());
	const done = await send(`${product.url}/confirmations/${confirmation.id}`, { approve: true }, key);
	expect(await done.json()).toMatchObject({ status: "done" });
	expect((await send(`${ports.system}/system_info`, {}, key)).status).toBe(200);
});

test("every port answers to its own names, its own page and valid tokens only, and to bodies it can look through", async () => {
	const [header = "", payload = ""] = product.token.split(".");
	const unsigned = { ...JSON.parse(Buffer.from(header, "base64url").toString()), alg: "none" };
	const forged = `${Buffer.from(JSON.stringify(unsigned)).toString("base64url")}.${payload}.`;
	const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
	for (const [server, tool] of [
		["main", "get_time"],
		["system", "system_info"],
		...Object.entries(forbidden),
	] as const) {
		const url = ports[server] ?? product.url;
		const at = async (headers: Record<string, string>, body: unknown = {}, token = product.token) =>
			(await send(`${url}/${tool}`, body, token, headers)).status;
		expect(await at({ host: "evil.example" }), server).toBe(403);
		expect(await at({ host: "127.0.0.1.evil.example" }), server).toBe(403);
		expect(await at({ origin: "https://evil.example" }), server).toBe(403);
		expect(await at({ origin: "null" }), server).toBe(403);
		expect(await at({ "content-type": "application/x-www-form-urlencoded" }, "a=1"), server).toBe(400);
		expect(await at({ "content-type": "text/plain" }, "{}"), server).toBe(400);
		expect(await at({}, {}, forged), server).toBe(401);
		expect(await at({}, {}, "eyJhbGciOiJub25lIn0.e30."), server).toBe(401);
		expect(await at({}, deep), server).toBe(400);
	}
	expect((await send(`${ports.system}/system_info`, {}, product.token)).status).toBe(200);
});

test("what it keeps is for its owner's eyes only, and its servers' processes are told no secret by the system", async () => {
	const files = readdirSync(product.dataDir, { recursive: true, withFileTypes: true }).map((entry) => ({
		path: join(entry.parentPath, entry.name),
		folder: entry.isDirectory(),
	}));
	const open = (path: string) => (statSync(path).mode & 0o077) !== 0;
	const kept = files.filter(({ path }) => !path.startsWith(join(product.dataDir, "models", "")));
	expect(kept.length).toBeGreaterThan(10);
	expect(kept.filter(({ path }) => open(path)).map(({ path }) => path)).toEqual([]);
	for (const pid of product.processes("serve.ts")) {
		const shown = readFileSync(`/proc/${pid}/environ`, "utf8") + readFileSync(`/proc/${pid}/cmdline`, "utf8");
		expect(shown).not.toContain(administrator.password);
		expect(shown).not.toContain("AIOS_");
	}
});

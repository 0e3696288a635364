import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startApp } from "./support/app.ts";

const server = { title: "", type: "built-in", status: "healthy" as const, tools: 1, replicas: [], requirements: [] };
let app: Awaited<ReturnType<typeof startApp>>;
let key: string;
beforeAll(async () => {
	app = await startApp({ servers: [{ ...server, name: "main" }] });
	key = (await app.send("/api_keys", { json: { name: "k", scopes: ["*:*:*"] }, as: app.admin })).body.key;
});
afterAll(() => app.stop());

/** SQLite may use no more pages than it has, and the room left in those is used up: it answers as on a full disk. */
async function fill(): Promise<void> {
	const { $client } = app.store.db;
	const [row] = $client.query("PRAGMA page_count").values();
	$client.run(`PRAGMA max_page_count = ${Number(row?.[0])}`);
	for (let calls = 0; calls < 500; calls++) {
		const { body } = await app.send("/command", { json: { tool: "write_note", arguments: note }, key });
		if (body.warning !== undefined) return;
	}
}
const makeRoom = () => app.store.db.$client.run("PRAGMA max_page_count = 1000000");
beforeEach(fill);

const note = { text: "x".repeat(50_000) };
const warned = "I can't write this into the history: There is no room left on the disk.";
const status = async () => (await app.send("/system/status", { key })).body;
const texts = async () => (await app.send("/history", { key })).body.turns.map((turn: { text?: string }) => turn.text);

test("what was done is said to be missing in the history, in words and as data, by whichever way it was asked", async () => {
	const call = { tool: "write_note", arguments: note };
	const { body } = await app.send("/command", { json: call, key });
	expect(body).toMatchObject({ status: "done", warning: { code: "disk_full" }, reply: `Did write_note. ${warned}` });
	expect(app.calls.at(-1)).toMatchObject(call);
	const direct = await app.send("/set_timer", { json: note, key });
	expect(direct).toMatchObject({ status: 200, body: { ok: true } });
	expect(direct.headers.get("x-aios-warning")).toBe("not in the history; code=disk_full");
	const rpc = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "files_write_note", arguments: note } };
	const headers = { accept: "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25" };
	expect((await app.send("/mcp", { json: rpc, key, headers })).body).toContain(JSON.stringify(warned));
});

test("the status says so until there is room again; then what was missing is there", async () => {
	await app.send("/command", { json: { text: "write a note" }, key });
	expect(await status()).toMatchObject({
		status: "degraded",
		servers: [{ name: "main", requirements: [{ name: "history", ok: false, fix: expect.stringContaining("Free") }] }],
	});
	expect(await texts()).not.toContain("write a note");
	makeRoom();
	expect(await texts()).toContain("write a note");
	expect(await status()).toMatchObject({ status: "healthy", servers: [{ requirements: [] }] });
	expect((await app.send("/command", { json: { text: "write a note" }, key })).body.warning).toBeUndefined();
});

test("whoever is in stays in, and who changes something is told what is wrong", async () => {
	const signedIn = { json: { username: "admin", password: "correct horse" } };
	makeRoom();
	const { refresh_token } = (await app.send("/token", signedIn)).body;
	const { credentials } = app.doors;
	const { keyUsed, renewSession } = credentials;
	credentials.keyUsed = credentials.renewSession = () => {
		throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
	};
	const again = await app.send("/token", { json: { grant_type: "refresh_token", refresh_token } });
	expect(again).toMatchObject({ status: 200, body: { refresh_token } });
	const scoped = { name: "fresh", scopes: ["*:*:*"] };
	const fresh = (await app.send("/api_keys", { json: scoped, as: app.admin })).body.key;
	expect((await app.send("/command", { json: { text: "what time is it" }, key: fresh })).status).toBe(200);
	Object.assign(credentials, { keyUsed, renewSession });
	await fill();
	const change = await app.send("/roles", {
		json: { name: "r", permissions: Array(90).fill(`main:${"x".repeat(60)}:*`) },
		as: again.body.access_token,
	});
	expect(change).toMatchObject({ status: 507, body: { code: "disk_full" } });
});

import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCredentials } from "../../core/credentials/index.ts";
import { createLogger } from "../../core/log/index.ts";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { reachFrom } from "../../core/orchestrator/oauth/reach.ts";
import { openStore, registrations } from "../../core/store/index.ts";
import { type OAuthUpstream, startOAuthUpstream } from "../fixtures/oauth-upstream.ts";
import { as, orchestrate } from "../orchestrator/setup.ts";
import { startApp } from "./support/app.ts";

const folder = mkdtempSync(join(tmpdir(), "aios-upstream-"));
const { log } = createLogger({ dir: join(folder, "logs"), level: "debug" });
const store = openStore({ path: join(folder, "upstream.db") });

/** An orchestrator on the same folder, as after a restart. */
function restarted(): Orchestrator {
	const secrets = openCredentials({ folder, service: "test", env: {}, platform: "linux", keychain: false });
	return orchestrate({ registrations: registrations(store), accounts: { secrets: () => secrets, clients: {} }, log });
}

let upstream: OAuthUpstream;
let orchestrator: Orchestrator;
let app: Awaited<ReturnType<typeof startApp>>;
let guest: string;

beforeAll(async () => {
	upstream = await startOAuthUpstream();
	orchestrator = restarted();
	await orchestrator.start();
	app = await startApp({ orchestrator, log });
	guest = await app.person("gus", "guest");
});

afterAll(async () => {
	await app.stop();
	await orchestrator.stop();
	await upstream.stop();
	store.close();
});

const begin = () => app.send("/servers/notes/sign_in", { method: "POST", as: app.admin });
const call = (tool: string) => orchestrator.dispatcher.call({ server: "notes", tool, arguments: {} }, as());
const status = () => orchestrator.servers().find(({ name }) => name === "notes");

/** Goes where a browser goes from that address, until it is back; gives the way back and the cookie. */
async function travel(address: string): Promise<{ callback: string; cookie: string }> {
	const opened = await fetch(address, { redirect: "manual" });
	const [cookie = ""] = (opened.headers.get("set-cookie") ?? "").split(";");
	const allowed = await fetch(opened.headers.get("location") ?? "", { redirect: "manual" });
	return { callback: allowed.headers.get("location") ?? "", cookie };
}

async function signIn(): Promise<string> {
	const { callback, cookie } = await travel((await begin()).body.address);
	return (await fetch(callback, { headers: { cookie } })).text();
}

test("a server that demands a sign-in is registered, and says that it needs one", async () => {
	const json = { name: "notes", url: upstream.url };
	const { status: code, body } = await app.send("/register_server", { json, as: app.admin });
	expect({ code, body }).toEqual({
		code: 201,
		body: { name: "notes", url: upstream.url, type: "mcp", status: "degraded", tools: [], sign_in: "needed" },
	});
	expect(status()).toMatchObject({ status: "degraded", reason: "notes needs a sign-in.", sign_in: "needed" });
	await expect(call("look")).rejects.toMatchObject({
		code: "missing_part",
		message: "notes needs a sign-in.",
		fix: expect.stringContaining("aios servers sign-in notes"),
	});
});

test("a guest can neither begin nor end a sign-in, and nobody who is not signed in", async () => {
	const path = "/servers/notes/sign_in";
	for (const method of ["POST", "DELETE"]) {
		expect((await app.send(path, { method, as: guest })).status).toBe(403);
		expect((await app.send(path, { method })).status).toBe(401);
	}
});

test("a way back that nobody began, or from another browser, signs nobody in", async () => {
	const { callback, cookie } = await travel((await begin()).body.address);
	expect((await fetch(callback.replace(/state=[^&]+/, "state=made-up"), { headers: { cookie } })).status).toBe(404);
	expect((await fetch(callback)).status).toBe(403);
	expect((await fetch(callback, { headers: { cookie: "aios_server_sign_in=guess" } })).status).toBe(403);
	const wrongIssuer = callback.replace(/iss=[^&]+/, "iss=https%3A%2F%2Fevil.example");
	expect(await (await fetch(wrongIssuer, { headers: { cookie } })).text()).toContain("is not the one it says it is");
	expect((await fetch(callback, { headers: { cookie } })).status).toBe(404);
	expect(status()?.sign_in).toBe("needed");
	expect(upstream.issued).toEqual([]);
});

test("whoever is no longer an administrator, or no longer signed in, when the answer comes back signs nobody in", async () => {
	const role = (name: string, role: string) =>
		app.send(`/users/${name}`, { method: "PATCH", json: { role }, as: app.admin });
	const token = await app.person("eve", "administrator");
	const begun = await Promise.all(
		[1, 2].map(async () => {
			const { body } = await app.send("/servers/notes/sign_in", { method: "POST", as: token });
			return travel(body.address);
		}),
	);
	const comeBack = async () => {
		const [next] = begun.splice(0, 1);
		return fetch(next?.callback ?? "", { headers: { cookie: next?.cookie ?? "" } });
	};
	await role("eve", "user");
	expect((await comeBack()).status).toBe(403);
	await role("eve", "administrator");
	await app.send("/users/eve", { method: "PATCH", json: { disabled: true }, as: app.admin });
	expect((await comeBack()).status).toBe(403);
	expect({ issued: upstream.issued, sign_in: status()?.sign_in }).toEqual({ issued: [], sign_in: "needed" });
	const entries = JSON.stringify((await app.send("/audit?action=server.sign-in", { as: app.admin })).body);
	expect(entries).toContain("forbidden");
});

test("an administrator signs in in the browser, and the server's tools are there and work", async () => {
	expect(await signIn()).toContain("Signed in at notes");
	expect(status()).toMatchObject({ status: "healthy", sign_in: "done", tools: 2 });
	expect((await call("look")).say).toBe("Done.");
});

test("what wants more rights says so, and works after a sign-in that asks for both", async () => {
	await expect(call("change")).rejects.toMatchObject({
		code: "missing_part",
		message: "notes wants a sign-in with more rights for this.",
	});
	expect((await call("look")).say).toBe("Done.");
	const { address } = (await begin()).body;
	const opened = await fetch(address, { redirect: "manual" });
	expect(new URL(opened.headers.get("location") ?? "").searchParams.get("scope")).toBe("read write");
	await signIn();
	expect((await call("change")).say).toBe("Done.");
});

test("tokens that run out are renewed unseen, once for calls at the same time", async () => {
	upstream.expire();
	const before = upstream.refreshed();
	const said = await Promise.all(Array.from({ length: 5 }, () => call("look")));
	expect(said.map(({ say }) => say)).toEqual(Array(5).fill("Done."));
	expect(upstream.refreshed()).toBe(before + 1);
});

test("a token about to run out is renewed before it is used", async () => {
	upstream.lasts(5);
	upstream.expire();
	await call("look");
	upstream.lasts(3_600);
	const before = upstream.refreshed();
	const requests = upstream.shown.length;
	await call("look");
	expect({ refreshed: upstream.refreshed() - before, requests: upstream.shown.length - requests }).toEqual({
		refreshed: 1,
		requests: 1,
	});
});

test("a server outside never leads a sign-in to an address within", async () => {
	const within = reachFrom("https://93.184.216.34/mcp");
	await expect(Promise.resolve(within("http://127.0.0.1:1/token"))).rejects.toMatchObject({ code: "forbidden" });
	await expect(Promise.resolve(within("http://10.0.0.1/token"))).rejects.toMatchObject({ code: "forbidden" });
	await expect(Promise.resolve(reachFrom("http://127.0.0.1:1")("http://127.0.0.1:1/token"))).rejects.not.toMatchObject({
		code: "forbidden",
	});
});

test("MCP clients of the gateway reach it too, and never see or send its token", async () => {
	upstream.expire();
	const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "look", arguments: {} } };
	const headers = { accept: "application/json, text/event-stream" };
	const { status: code, body } = await app.send("/mcp/notes", { json: message, as: app.admin, headers });
	expect(code).toBe(200);
	expect(JSON.stringify(body)).toContain("Done.");
	expect(upstream.shown.filter((shows) => shows?.includes(app.admin))).toEqual([]);
});

test("it stays signed in across a restart", async () => {
	const second = restarted();
	await second.start();
	await expect.poll(() => second.servers()[0], { timeout: 5_000 }).toMatchObject({ sign_in: "done", tools: 2 });
	const result = await second.dispatcher.call({ server: "notes", tool: "look", arguments: {} }, as());
	expect(result.say).toBe("Done.");
	await second.stop();
});

test("a token goes nowhere else, also where the server redirects", async () => {
	const got: (string | null)[] = [];
	const other = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		fetch(request) {
			got.push(request.headers.get("authorization"));
			return new Response(null, { status: 401 });
		},
	});
	upstream.redirectTo(other.url.href);
	await expect(call("look")).rejects.toThrow("redirects elsewhere");
	upstream.redirectTo(undefined);
	expect(got).toEqual([]);
	await other.stop(true);
});

test("a sign-in that was ended there says so, and a new one makes it work again", async () => {
	upstream.revokeAll();
	await expect(call("look")).rejects.toMatchObject({
		code: "missing_part",
		message: "The sign-in at notes has ended.",
		spoken: "The sign-in at notes has ended. An administrator can sign in on the page.",
	});
	expect(status()).toMatchObject({ status: "degraded", reason: "The sign-in at notes has ended.", sign_in: "needed" });
	await signIn();
	expect((await call("look")).say).toBe("Done.");
});

test("signing out ends it here and there", async () => {
	const last = upstream.issued.at(-1);
	expect((await app.send("/servers/notes/sign_in", { method: "DELETE", as: app.admin })).status).toBe(204);
	expect(upstream.revoked).toEqual([last]);
	await expect(call("look")).rejects.toThrow("notes needs a sign-in.");
});

test("no token is in the database, the log or any file in the clear", async () => {
	await signIn();
	expect(upstream.issued.length).toBeGreaterThan(5);
	const files = [folder, app.dataDir].flatMap((root) =>
		readdirSync(root, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name)),
	);
	const written = files.map((file) => readFileSync(file, "latin1")).join("\n");
	expect(written).toContain("server.sign-in");
	expect(files.some((file) => file.endsWith("credentials.bin"))).toBe(true);
	for (const token of upstream.issued) expect(written).not.toContain(token);
	const answers = JSON.stringify([await app.send("/audit", { as: app.admin }), orchestrator.servers()]);
	for (const token of upstream.issued) expect(answers).not.toContain(token);
});

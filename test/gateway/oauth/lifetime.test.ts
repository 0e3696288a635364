import { expect, test } from "vitest";
import { callback, stage } from "./support.ts";

const staged = await stage({ uma: "user", ben: "user" });
const { app, time, steps, client } = staged;
let { cookie } = staged;

const works = async (token: string) => (await steps.mcp("/mcp", token)).status === 200;
const fresh = () => steps.tokensFor(client, cookie);
const listed = async (as?: string) =>
	(await app.send("/applications", { as: as ?? (await app.signIn("uma")) })).body.applications;

test("an access token expires, and the refresh token brings the next ones, each once", async () => {
	const first = await fresh();
	time.pass(31 * 60_000);
	expect(await works(first.access_token)).toBe(false);
	const second = await steps.refresh(client, first.refresh_token, { resource: `${app.url}/mcp` });
	expect(second.status).toBe(200);
	expect(await works(second.body.access_token)).toBe(true);
	const third = await steps.refresh(client, second.body.refresh_token);
	expect(await works(third.body.access_token)).toBe(true);
});

test("any earlier refresh token shown again signs the application out, and is in the audit log", async () => {
	const first = await fresh();
	const second = (await steps.refresh(client, first.refresh_token)).body;
	const third = (await steps.refresh(client, second.refresh_token)).body;
	expect((await steps.refresh(client, first.refresh_token)).body.error).toBe("invalid_grant");
	expect(await works(third.access_token)).toBe(false);
	expect((await steps.refresh(client, third.refresh_token)).body.error).toBe("invalid_grant");
	const { body } = await app.send("/audit?action=application.reuse", { as: await app.signIn() });
	expect(body.entries[0]).toMatchObject({ outcome: "denied", userName: "uma" });
});

test("a refresh token is of no use to another client, for another endpoint or for more", async () => {
	const tokens = await fresh();
	const wrong: [Record<string, string>, string][] = [
		[{ client_id: await steps.register() }, "invalid_grant"],
		[{ resource: `${app.url}/mcp/files` }, "invalid_target"],
		[{ scope: "read files:write" }, "invalid_scope"],
		[{ refresh_token: `${tokens.refresh_token.split(".")[0]}x.y` }, "invalid_grant"],
	];
	for (const [change, error] of wrong) {
		expect((await steps.refresh(client, tokens.refresh_token, change)).body.error).toBe(error);
	}
	const less = await steps.refresh(client, tokens.refresh_token, { scope: "read" });
	expect(less.body.scope).toBe("read");
	expect((await steps.mcp("/mcp", less.body.access_token, "files_write_note")).status).toBe(403);
});

test("a grant that is not used for a month ends", async () => {
	const { refresh_token } = await fresh();
	time.pass(31 * 86_400_000);
	expect((await steps.refresh(client, refresh_token)).body.error).toBe("invalid_grant");
	cookie = await steps.browser("uma");
});

test("the person sees what they let in and signs it out at once; nobody else can", async () => {
	const tokens = await fresh();
	const [shown] = await listed();
	expect(shown).toMatchObject({
		name: "Tester",
		resource: "/mcp",
		scopes: ["read", "write", "destructive", "outbound"],
	});
	expect(await listed(await app.signIn("ben"))).toEqual([]);
	const remove = (as: string) => app.send(`/applications/${shown.id}`, { method: "DELETE", as });
	expect((await remove(await app.signIn("ben"))).status).toBe(404);
	expect(await works(tokens.access_token)).toBe(true);
	expect((await remove(await app.signIn("uma"))).status).toBe(204);
	expect(await works(tokens.access_token)).toBe(false);
	expect((await steps.refresh(client, tokens.refresh_token)).body.error).toBe("invalid_grant");
	expect(await listed()).toEqual([]);
});

test("an application signs itself out by either of its tokens, and not another one", async () => {
	for (const kind of ["refresh_token", "access_token"] as const) {
		const tokens = await fresh();
		const revoke = (client_id: string, token: string) => steps.post("/oauth/revoke", { client_id, token });
		expect((await revoke(await steps.register(), tokens[kind])).status).toBe(200);
		expect((await revoke(client, "made.up")).status).toBe(200);
		expect(await works(tokens.access_token)).toBe(true);
		expect((await revoke(client, tokens[kind])).status).toBe(200);
		expect(await works(tokens.access_token)).toBe(false);
	}
});

test("an application may never do more than its person may now", async () => {
	const { access_token } = await fresh();
	expect((await steps.mcp("/mcp", access_token, "files_write_note")).status).toBe(200);
	const become = async (change: object) =>
		app.send("/users/uma", { method: "PATCH", json: change, as: await app.signIn() });
	await become({ role: "guest" });
	const before = app.calls.length;
	await steps.mcp("/mcp", access_token, "files_write_note");
	expect(app.calls).toHaveLength(before);
	await app.send("/roles", { json: { name: "filer", permissions: ["files:*:*"] }, as: await app.signIn() });
	await become({ role: "filer" });
	await steps.mcp("/mcp", access_token, "main_set_timer");
	expect(app.calls).toHaveLength(before);
	await steps.mcp("/mcp", access_token, "files_write_note");
	expect(app.calls).toHaveLength(before + 1);
	await become({ role: "user" });
	expect((await steps.mcp("/mcp", access_token, "files_write_note")).status).toBe(200);
	await become({ password: "another password" });
	expect(await works(access_token)).toBe(false);
	await become({ password: "correct horse" });
	cookie = await steps.browser("uma");
});

test("consenting anew takes the place of what the same program had", async () => {
	const first = await fresh();
	const second = await fresh();
	expect(await works(first.access_token)).toBe(false);
	expect(await works(second.access_token)).toBe(true);
});

test.each([
	["http elsewhere", { redirect_uris: ["http://evil.example/cb"] }, "invalid_redirect_uri"],
	["javascript", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
	["a fragment", { redirect_uris: [`${callback}#x`] }, "invalid_redirect_uri"],
	["none", { redirect_uris: [] }, "invalid_redirect_uri"],
	["a hundred", { redirect_uris: Array(100).fill(callback) }, "invalid_redirect_uri"],
	["the implicit flow", { response_types: ["token"] }, "invalid_client_metadata"],
])("a program that wants its answer at %s is not registered", async (_, change, error) => {
	const json = { client_name: "Tester", redirect_uris: [callback], ...change };
	expect(await app.send("/oauth/register", { json })).toMatchObject({ status: 400, body: { error } });
	const own = { ...json, redirect_uris: ["cursor://a.b/cb", "https://app.example/cb"], response_types: ["code"] };
	expect((await app.send("/oauth/register", { json: own })).status).toBe(201);
});

test("bodies that are too large or not what they should be are refused", async () => {
	const big = "a".repeat(30_000);
	expect((await app.send("/oauth/register", { json: { client_name: big, redirect_uris: [callback] } })).status).toBe(
		413,
	);
	expect((await steps.post("/oauth/token", { grant_type: big })).status).toBe(413);
	expect((await steps.open(steps.address(client, { state: big }), cookie)).status).toBeGreaterThanOrEqual(413);
	expect((await app.send("/oauth/token", { json: { grant_type: "refresh_token" } })).body.error).toBe(
		"invalid_request",
	);
	const twice = new URLSearchParams([
		...new URLSearchParams({ grant_type: "refresh_token", client_id: client }),
		["client_id", "x"],
	]);
	expect((await app.send("/oauth/token", { method: "POST", body: twice })).body.error).toBe("invalid_request");
	expect((await steps.post("/oauth/token", { grant_type: "password", client_id: client })).body.error).toBe(
		"unsupported_grant_type",
	);
});

test("registering without end is slowed down, and what nobody let in is forgotten", async () => {
	let last = 201;
	for (let tries = 0; tries < 40 && last === 201; tries++) {
		last = (await app.send("/oauth/register", { json: { client_name: "Many", redirect_uris: [callback] } })).status;
	}
	expect(last).toBe(429);
	time.pass(3_600_000);
	await fresh();
	const unused = await steps.register();
	expect((await steps.open(steps.address(unused), cookie)).status).toBe(200);
	time.pass(8 * 86_400_000);
	await steps.register();
	expect((await steps.open(steps.address(unused), cookie)).status).toBe(400);
	expect((await steps.open(steps.address(client), cookie)).status).toBe(200);
});

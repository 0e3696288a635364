import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKeys } from "../../core/store/index.ts";
import { adminPassword, handClock, startApp } from "./support/app.ts";

let app: Awaited<ReturnType<typeof startApp>>;
const time = handClock();
beforeAll(async () => {
	app = await startApp({ clock: time.clock });
});
afterAll(() => app.stop());

const call = (tool: string, who: { as?: string; key?: string }, input: object = {}, server?: string) =>
	app.send("/command", { json: { tool, server, arguments: input }, ...who });

async function newKey(who: { as?: string; key?: string }, wanted: object) {
	return (await app.send("/api_keys", { json: { name: "k", ...wanted }, ...who })).body;
}

test("a guest may look but not act", async () => {
	const guest = await app.person("greta", "guest");
	expect((await call("get_time", { as: guest })).body).toMatchObject({ status: "done" });
	expect((await call("write_note", { as: guest })).body).toMatchObject({
		status: "failed",
		error: { code: "forbidden" },
	});
	const said = await app.send("/command", { json: { text: "delete everything" }, as: guest });
	expect(said.body).toMatchObject({ status: "failed", error: { code: "forbidden" } });
});

test("a user acts, but administers nothing", async () => {
	const user = await app.person("ute", "user");
	expect((await call("write_note", { as: user })).body.status).toBe("done");
	for (const path of ["/users", "/roles", "/audit"]) expect((await app.send(path, { as: user })).status).toBe(403);
	const register = { json: { name: "x", url: "http://127.0.0.1:1" }, as: user };
	expect((await app.send("/register_server", register)).status).toBe(403);
	expect((await app.send("/register_server", { ...register, as: app.admin })).status).toBe(201);
});

test("nobody makes themselves an administrator", async () => {
	const user = await app.person("eva", "user");
	const change = (json: object, as: string) => app.send("/users/eva", { method: "PATCH", json, as });
	expect((await change({ role: "administrator" }, user)).status).toBe(403);
	const both = { password: "x".repeat(12), current_password: adminPassword, role: "administrator" };
	expect((await change(both, user)).status).toBe(403);
	expect((await app.send("/roles", { json: { name: "mine", permissions: ["*:*:*"] }, as: user })).status).toBe(403);
});

test("one's own password is changed by who knows the old one, and every other sign-in ends", async () => {
	const [here, elsewhere] = [await app.person("olga", "user"), await app.signIn("olga", adminPassword)];
	const change = (json: object) => app.send("/users/olga", { method: "PATCH", json, as: here });
	const wanted = { password: "another password" };
	expect(await change(wanted)).toMatchObject({ status: 400, body: { code: "bad_request" } });
	expect(await change({ ...wanted, current_password: "guessed" })).toMatchObject({ status: 403 });
	expect((await change({ ...wanted, current_password: adminPassword })).status).toBe(200);
	expect((await app.send("/system/status", { as: here })).status).toBe(200);
	expect((await app.send("/system/status", { as: elsewhere })).status).toBe(401);
	expect(await app.signIn("olga", adminPassword)).toBeUndefined();
	expect(await app.signIn("olga", "another password")).toBeDefined();
	// Guesses are counted as those at the door are.
	const guesses = [];
	for (let tries = 0; tries < 6; tries++) guesses.push(await change({ ...wanted, current_password: "guessed" }));
	expect(guesses.at(-1)).toMatchObject({ status: 429, body: { code: "rate_limited" } });
});

test("an administrator's open page can't change the password by itself; a forgotten one is set anew by key", async () => {
	const change = { method: "PATCH", json: { password: adminPassword } };
	expect((await app.send("/users/admin", { ...change, as: app.admin })).status).toBe(400);
	const { key } = (await app.send("/api_keys", { json: { name: "k", scopes: ["*:*:*"] }, as: app.admin })).body;
	expect((await app.send("/users/admin", { ...change, key })).status).toBe(200);
	app.admin = await app.signIn();
});

test("a role of one's own allows what it names and nothing else", async () => {
	const role = { name: "note-taker", base: "user", permissions: ["files:write_note:write", "*:*:read"] };
	expect((await app.send("/roles", { json: role, as: app.admin })).status).toBe(201);
	const person = await app.person("nora", "note-taker");
	expect((await call("write_note", { as: person })).body.status).toBe("done");
	expect((await call("delete_path", { as: person })).body.error.code).toBe("forbidden");
	expect((await app.send("/roles/note-taker", { method: "DELETE", as: app.admin })).status).toBe(409);
});

test("a role that may do everything still does not administer", async () => {
	await app.send("/roles", { json: { name: "helper", base: "user", permissions: ["*:*:*"] }, as: app.admin });
	const helper = await app.person("hedi", "helper");
	expect((await call("delete_path", { as: helper })).body.status).toBe("done");
	expect((await app.send("/users", { as: helper })).status).toBe(403);
	expect((await app.send("/audit", { as: helper })).status).toBe(403);
	expect(
		(await app.send("/register_server", { json: { name: "y", url: "http://127.0.0.1:1" }, as: helper })).status,
	).toBe(403);
});

test("a change of role counts at once, for tokens and keys given out before", async () => {
	const token = await app.person("carl", "user");
	const { key } = await newKey({ as: token }, {});
	expect((await call("write_note", { key })).body.status).toBe("done");
	await app.send("/users/carl", { method: "PATCH", json: { role: "guest" }, as: app.admin });
	expect((await call("write_note", { as: token })).body.error.code).toBe("forbidden");
	expect((await call("write_note", { key })).body.error.code).toBe("forbidden");
	await app.send("/users/carl", { method: "PATCH", json: { disabled: true }, as: app.admin });
	expect((await app.send("/tools", { key })).status).toBe(401);
});

test("a key does what its scopes say, and is refused beyond them", async () => {
	const { key } = await newKey({ as: app.admin }, { scopes: ["files:write_note:write"] });
	expect((await call("write_note", { key })).body.status).toBe("done");
	expect((await call("delete_path", { key })).body.error.code).toBe("forbidden");
	expect((await call("get_time", { key })).body.error.code).toBe("forbidden");
	expect((await app.send("/users", { key })).status).toBe(403);
});

test("a key never does more than its owner, and makes no key that does more than itself", async () => {
	const guest = await app.person("gerd", "guest");
	expect((await app.send("/api_keys", { json: { name: "k" }, as: guest })).status).toBe(403);
	const { key } = await newKey({ as: app.admin }, { scopes: ["aios:*:*", "main:*:read"], expires_in_days: 1 });
	const child = await newKey({ key }, { scopes: ["*:*:*"] });
	expect(child.scopes.sort()).toEqual(["aios:*:*", "main:*:read"]);
	expect(Date.parse(child.expires_at)).toBeLessThanOrEqual(time.clock.now().getTime() + 86_400_000);
	expect((await app.send("/api_keys", { json: { name: "k", scopes: ["files:*:*"] }, key })).status).toBe(403);
});

test("a key is shown once, is kept as a hash only, and stops at once when it is revoked", async () => {
	const made = await newKey({ as: app.admin }, {});
	expect(made.key).toMatch(/^aios_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
	const listed = await app.send("/api_keys", { as: app.admin });
	expect(JSON.stringify(listed.body)).not.toContain(made.key.slice(18));
	expect(JSON.stringify(apiKeys(app.store).all())).not.toContain(made.key.slice(18));
	expect((await app.send("/tools", { key: made.key })).status).toBe(200);
	expect((await app.send(`/api_keys/${made.id}`, { method: "DELETE", as: app.admin })).status).toBe(204);
	expect((await app.send("/tools", { key: made.key })).status).toBe(401);
	expect((await app.send("/tools", { key: `${made.key.slice(0, -1)}A` })).status).toBe(401);
});

test("another person's key can't be seen, revoked or rotated", async () => {
	const other = await app.person("otto", "user");
	const made = await newKey({ as: app.admin }, {});
	expect((await app.send(`/api_keys/${made.id}`, { method: "DELETE", as: other })).status).toBe(404);
	expect((await app.send(`/api_keys/${made.id}/rotate`, { json: {}, as: other })).status).toBe(404);
	expect((await app.send("/api_keys?all=true", { as: other })).body.keys).toEqual([]);
	expect((await app.send("/tools", { key: made.key })).status).toBe(200);
});

test("a rotated key has a successor, and both are good until the overlap is over", async () => {
	const old = await newKey({ as: app.admin }, { scopes: ["main:*:read"] });
	const next = (await app.send(`/api_keys/${old.id}/rotate`, { json: { overlap_s: 60 }, as: app.admin })).body;
	expect(next.scopes).toEqual(old.scopes);
	expect((await app.send("/tools", { key: old.key })).status).toBe(200);
	expect((await app.send("/tools", { key: next.key })).status).toBe(200);
	time.pass(61_000);
	expect((await app.send("/tools", { key: old.key })).status).toBe(401);
	expect((await app.send("/tools", { key: next.key })).status).toBe(200);
});

test("a key expires on its day", async () => {
	const { key } = await newKey({ as: app.admin }, { expires_in_days: 1 });
	expect((await app.send("/tools", { key })).status).toBe(200);
	time.pass(86_400_001);
	expect((await app.send("/tools", { key })).status).toBe(401);
	app.admin = await app.signIn("admin", adminPassword);
});

test("a key expires at its hour, and one whose expiry can't be kept is not made", async () => {
	const inAnHour = new Date(time.clock.now().getTime() + 3_600_000).toISOString();
	const { key, expires_at } = await newKey({ as: app.admin }, { expires_at: inAnHour });
	expect(expires_at).toBe(inAnHour);
	for (const wanted of [{ expires_at: "2020-01-01T00:00:00Z" }, { expires_at: "tomorrow" }, { expires: inAnHour }]) {
		const refused = await app.send("/api_keys", { json: { name: "k", ...wanted }, as: app.admin });
		expect([refused.status, refused.body.detail]).toEqual([400, expect.stringMatching(/expires/)]);
	}
	expect((await app.send("/tools", { key })).status).toBe(200);
	time.pass(3_600_001);
	expect((await app.send("/tools", { key })).status).toBe(401);
	app.admin = await app.signIn("admin", adminPassword);
});

test("a key that is set to ask, asks before a direct call", async () => {
	const { key } = await newKey({ as: app.admin }, { ask: ["files:*:destructive"] });
	expect((await call("write_note", { key })).body.status).toBe("done");
	const before = app.calls.length;
	const asked = (await call("delete_path", { key })).body;
	expect(asked.status).toBe("confirm");
	expect(app.calls.length).toBe(before);
	const done = await app.send(`/confirmations/${asked.confirmation.id}`, { json: { approve: true }, key });
	expect(done.body.status).toBe("done");
});

test("the last administrator can't be removed, disabled or made less", async () => {
	const as = app.admin;
	expect((await app.send("/users/admin", { method: "DELETE", as })).status).toBe(409);
	expect((await app.send("/users/admin", { method: "PATCH", json: { disabled: true }, as })).status).toBe(409);
	expect((await app.send("/users/admin", { method: "PATCH", json: { role: "user" }, as })).status).toBe(409);
});

test("one's own history is shown, another's is not", async () => {
	const user = await app.person("hanna", "user");
	await call("get_time", { as: user });
	const { users } = (await app.send("/users", { as: app.admin })).body;
	const { id } = users.find(({ name }: { name: string }) => name === "hanna");
	const said = { text: "The tests are through.", kind: "notice" } as const;
	for (const userId of [id, "somebody else"]) app.records.announced({ ...said, userId });
	const [told, ...own] = (await app.send("/history", { as: user })).body.turns;
	expect(told).toMatchObject({ status: "done", reply: "The tests are through." });
	expect(own).toHaveLength(1);
	expect(own[0]).toMatchObject({ tool: "get_time", status: "done" });
	expect((await app.send("/history?all=true", { as: user })).body.turns).toHaveLength(2);
	expect((await app.send("/history?all=true", { as: app.admin })).body.turns.length).toBeGreaterThan(1);
});

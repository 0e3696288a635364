import { afterAll, beforeAll, expect, test } from "vitest";
import { handClock, startApp } from "./support/app.ts";

let app: Awaited<ReturnType<typeof startApp>>;
let admin: string;
const time = handClock();
beforeAll(async () => {
	app = await startApp({ clock: time.clock });
	admin = app.admin;
});
afterAll(() => app.stop());

type Who = { as?: string; key?: string };
const newKey = async (who: Who, wanted: object): Promise<{ id: string; key: string }> =>
	(await app.send("/api_keys", { json: { name: "k", ...wanted }, ...who })).body;
const rotate = (id: string, who: Who) => app.send(`/api_keys/${id}/rotate`, { json: { overlap_s: 0 }, ...who });

test("a key that may make keys gets none with more rights by rotating another of its owner's", async () => {
	const all = await newKey({ as: admin }, {});
	const some = await newKey({ as: admin }, { scopes: ["files:*:read"] });
	const maker = await newKey({ as: admin }, { scopes: ["aios:api_keys:*", "files:*:*"] });
	expect(await rotate(all.id, maker)).toMatchObject({ status: 403, body: { code: "forbidden" } });
	expect((await app.send("/audit", { key: all.key })).status).toBe(200);
	expect(await rotate(some.id, maker)).toMatchObject({ status: 201, body: { scopes: ["files:*:read"] } });
	expect(await rotate(all.id, { as: admin })).toMatchObject({ status: 201, body: { scopes: ["*:*:*"] } });
});

test("nor one that asks less or lasts longer than it does itself", async () => {
	const free = await newKey({ as: admin }, { scopes: ["files:*:*"] });
	const bound = { scopes: ["aios:api_keys:*", "files:*:*"], ask: ["files:*:destructive"], expires_in_days: 1 };
	const { body } = await rotate(free.id, await newKey({ as: admin }, bound));
	expect(body.ask).toEqual(["files:*:destructive"]);
	expect(Date.parse(body.expires_at)).toBeLessThanOrEqual(time.clock.now().getTime() + 86_400_000);
});

test("a key reads the history where its scopes say so", async () => {
	const without = await newKey({ as: admin }, { scopes: ["main:get_time:read"] });
	const within = await newKey({ as: admin }, { scopes: ["aios:history:read"] });
	for (const path of ["/history", "/history?all=true"]) {
		expect((await app.send(path, { key: without.key })).status).toBe(403);
		expect((await app.send(path, { key: within.key })).status).toBe(200);
	}
});

test("two administrators who shut each other out at the same moment leave one", async () => {
	const names = ["adele", "admin"];
	const adele = await app.person("adele", "administrator");
	const password = "correct horse";
	const answers = await Promise.all(
		names.map((name) =>
			app.send(`/users/${name}`, {
				method: "PATCH",
				json: { disabled: true, password, current_password: password },
				as: adele,
			}),
		),
	);
	expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
	const left = names[answers.findIndex(({ status }) => status === 409)] ?? "";
	const as = await app.signIn(left);
	for (const name of names) await app.send(`/users/${name}`, { method: "PATCH", json: { disabled: false }, as });
	admin = await app.signIn();
});

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

test.each([
	["/command", (deep: string) => `{"tool":"write_note","arguments":{"x":${deep}}}`],
	["/get_time", (deep: string) => `{"x":${deep}}`],
	[
		"/mcp",
		(deep: string) =>
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"files_write_note","arguments":{"x":${deep}}}}`,
	],
])("%s: a body too deep to be looked through is refused, and acts on nothing", async (path, body) => {
	const send = (levels: number) =>
		app.send(path, {
			method: "POST",
			body: body(nested(levels)),
			as: admin,
			headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
		});
	const before = app.calls.length;
	for (const levels of [300, 20_000, 500_000]) expect((await send(levels)).status, `${levels} levels`).toBe(400);
	expect(app.calls.length).toBe(before);
	expect((await send(100)).status).toBe(200);
	expect(app.calls.length).toBe(before + 1);
});

test("names that mean something to the language are plain names in arguments", async () => {
	const body =
		'{"tool":"write_note","arguments":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}';
	const headers = { "content-type": "application/json" };
	expect((await app.send("/command", { method: "POST", body, headers, as: admin })).status).toBe(200);
	expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
	expect(Reflect.get(app.calls.at(-1)?.arguments ?? {}, "polluted")).toBeUndefined();
});

test("whoever asks for what is not theirs to do is in the audit log, with what they asked for", async () => {
	const guest = await app.person("gwen", "guest");
	const asked: [string, object][] = [
		["POST /users", { name: "x", password: "correct horse", role: "administrator" }],
		["POST /register_server", { name: "x", url: "http://127.0.0.1:1" }],
		["GET /audit", {}],
		["GET /users", {}],
		["DELETE /roles/x", {}],
	];
	for (const [line, json] of asked) {
		const [method = "", path = ""] = line.split(" ");
		const answer = await app.send(path, { method, as: guest, ...(method === "POST" ? { json } : {}) });
		expect(answer.status, line).toBe(403);
	}
	const { body } = await app.send("/audit?user=gwen&outcome=denied", { as: admin });
	const told = body.entries.map(({ action, target, code, origin }: Record<string, string>) => [
		action,
		target,
		code,
		origin,
	]);
	expect(told.toReversed()).toEqual(asked.map(([line]) => ["request", line, "forbidden", "127.0.0.1"]));
});

test("many keys don't make more calls", async () => {
	const limited = await startApp({ env: { AIOS_AUTH_CALLS_PER_MINUTE: "10" } });
	const keys = [];
	for (let count = 0; count < 6; count++) {
		keys.push((await limited.send("/api_keys", { json: { name: "k" }, as: limited.admin })).body.key);
	}
	const refused = new Set<string | null>();
	const calls = async (key: string) => {
		let served = 0;
		for (let tries = 0; tries < 12; tries++) {
			const { status, headers } = await limited.send("/tools", { key });
			if (status === 200) served += 1;
			else refused.add(`${status} ${headers.get("retry-after")}`);
		}
		return served;
	};
	const served = [];
	for (const key of keys) served.push(await calls(key));
	// One key ten, all of the person's forty, six of them spent on making the keys.
	expect(served.slice(0, 3)).toEqual([10, 10, 10]);
	expect(served.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(35);
	// A key's ten a minute are one in six seconds, a person's forty one in two.
	expect([...refused].toSorted()).toEqual(["429 2", "429 6"]);
	await limited.stop();
});

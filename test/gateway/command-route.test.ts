import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminPassword, handClock, startApp } from "./support/app.ts";

/** `POST /command` takes a shorter way than other routes; this is what both ways have in common. */
let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
	app = await startApp({ clock: handClock().clock, env: { AIOS_AUTH_CALLS_PER_MINUTE: "40" } });
});
afterAll(() => app.stop());

const time = { tool: "get_time", arguments: {} };
const large = { text: "a".repeat(9_000_000) };

describe.each(["/command", "/get_time"])("POST %s", (path) => {
	const post = (init: Parameters<typeof app.send>[1]) => app.send(path, { json: time, as: app.admin, ...init });
	test.each<[string, () => Promise<{ status: number; body: unknown }>, number, string]>([
		["without credentials", () => post({ as: undefined }), 401, "unauthenticated"],
		["with a token of nobody", () => post({ as: `${app.admin}x` }), 401, "unauthenticated"],
		["with a key of nobody", () => post({ as: undefined, key: `aios_${"0".repeat(12)}_x` }), 401, "unauthenticated"],
		["by another name", () => post({ headers: { host: "evil.example" } }), 403, "forbidden"],
		["from another site", () => post({ headers: { origin: "https://evil.example" } }), 403, "forbidden"],
		["with too much", () => post({ json: large }), 413, "too_large"],
		["with no JSON", () => post({ json: undefined, method: "POST", body: "{}" }), 400, "bad_request"],
		["with broken JSON", () => post({ json: undefined, method: "POST", body: "{", headers: json }), 400, "bad_request"],
	])("%s is refused with why, in the form of every error", async (_, ask, status, code) => {
		expect(await ask()).toMatchObject({ status, body: { status, code, type: "about:blank" } });
	});
	test("in order it is done", async () => {
		expect((await post({ json: path === "/command" ? time : {} })).status).toBe(200);
	});
	test("another method is told which one is right", async () => {
		const asked = await app.send(path, { as: app.admin, method: "PUT" });
		expect(asked).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
		expect(asked.headers.get("allow")).toBe("POST");
		const options = await app.send(path, { as: app.admin, method: "OPTIONS" });
		expect([options.status, options.headers.get("allow")]).toEqual([204, "POST"]);
	});
	test("a slash at the end is no other address", async () => {
		expect((await app.send(`${path}/`, { json: path === "/command" ? time : {}, as: app.admin })).status).toBe(200);
	});
	test("whoever signed out is refused at once", async () => {
		const { body } = await app.send("/token", { json: { username: "admin", password: adminPassword } });
		const ask = async () => (await post({ json: path === "/command" ? time : {}, as: body.access_token })).status;
		expect(await ask()).toBe(200);
		await app.send("/token/revoke", { json: { refresh_token: body.refresh_token } });
		expect(await ask()).toBe(401);
	});
});

test("a tool that needs nothing is called without a body", async () => {
	expect((await app.send("/get_time", { method: "POST", as: app.admin })).status).toBe(200);
});

test.each([
	[{ text: "hello", session: 5 }, /session: .*expected string/],
	[{ text: "a".repeat(5_000) }, /text: .*4000/],
	[{ tool: "get_time", arguments: [] }, /arguments: .*expected record/],
	[{ command: "get_time" }, /needs text, or tool and arguments/],
])("a command that is not one is refused with what is wrong in it: %o", async (command, why) => {
	const { status, body } = await app.send("/command", { json: command, as: app.admin });
	expect([status, body.detail]).toEqual([400, expect.stringMatching(why)]);
});

test("a second assistant is refused a port that is taken", async () => {
	const { port } = new URL(app.url);
	await expect(startApp({ env: { AIOS_PORT: port } })).rejects.toMatchObject({ code: "conflict" });
});

const json = { "content-type": "application/json" };

test("calls of either way count against one allowance", async () => {
	const token = await app.signIn();
	const statuses: number[] = [];
	for (let call = 0; call < 21; call++) {
		statuses.push((await app.send("/command", { json: time, as: token })).status);
		statuses.push((await app.send("/system/status", { as: token })).status);
	}
	expect(statuses.slice(0, 40)).toEqual(Array(40).fill(200));
	expect(statuses.slice(40)).toEqual([429, 429]);
});

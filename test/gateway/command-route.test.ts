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
	test("another method finds nothing there", async () => {
		expect((await app.send(path, { as: app.admin, method: "PUT" })).status).toBe(404);
	});
	test("whoever signed out is refused at once", async () => {
		const { body } = await app.send("/token", { json: { username: "admin", password: adminPassword } });
		const ask = async () => (await post({ json: path === "/command" ? time : {}, as: body.access_token })).status;
		expect(await ask()).toBe(200);
		await app.send("/token/revoke", { json: { refresh_token: body.refresh_token } });
		expect(await ask()).toBe(401);
	});
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

import { connect } from "node:net";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminPassword, handClock, startApp } from "./support/app.ts";

let app: Awaited<ReturnType<typeof startApp>>;
const time = handClock();
beforeAll(async () => {
	app = await startApp({ clock: time.clock });
});
afterAll(() => app.stop());

const status = async (init: Parameters<typeof app.send>[1]) => (await app.send("/system/status", init)).status;

test("with a token one is let in, without one told how to get it", async () => {
	expect(await status({ as: app.admin })).toBe(200);
	const refused = await app.send("/system/status");
	expect(refused).toMatchObject({ status: 401, body: { code: "unauthenticated", status: 401 } });
	expect(refused.headers.get("content-type")).toContain("application/problem+json");
});

test("only the right password signs in, as JSON and as a form", async () => {
	expect((await app.send("/token", { json: { username: "admin", password: adminPassword } })).body).toMatchObject({
		token_type: "bearer",
		expires_in: 1800,
	});
	const form = await app.send("/token", {
		method: "POST",
		body: new URLSearchParams({ username: "admin", password: adminPassword }),
	});
	expect(form.status).toBe(200);
	expect((await app.send("/token", { json: { username: "admin", password: "wrong" } })).status).toBe(401);
	expect((await app.send("/token", { json: { username: "nobody", password: "wrong" } })).status).toBe(401);
});

test("an expired token is refused, a fresh one is not", async () => {
	const token = await app.doors.tokens.issueUser({ userId: "x", sid: "y", seconds: -1 });
	expect(await status({ as: token })).toBe(401);
	expect(await status({ as: app.admin })).toBe(200);
});

test.each([
	["unsigned (alg none)", (token: string) => `${part({ alg: "none", typ: "JWT" })}.${token.split(".")[1]}.`],
	["with its content changed", (token: string) => withClaims(token, { sub: "someone-else" })],
	["with its signature cut", (token: string) => token.slice(0, -6)],
	["made of nonsense", () => "a.b.c"],
])("a token %s is refused", async (_, forge) => {
	expect(await status({ as: forge(app.admin) })).toBe(401);
});

test("a token signed by HMAC with the public key is refused", async () => {
	const [header = "", payload = ""] = app.admin.split(".");
	const { kid } = JSON.parse(Buffer.from(header, "base64url").toString());
	const forged = await new SignJWT(JSON.parse(Buffer.from(payload, "base64url").toString()))
		.setProtectedHeader({ alg: "HS256", kid })
		.sign(new TextEncoder().encode("public key material public key material"));
	expect(await status({ as: forged })).toBe(401);
});

test("a server's token is no good at the gateway or at another server, only at its own", async () => {
	const principal = await app.doors.authenticator.check(app.admin);
	const token = await app.doors.tokens.issueServer("python", principal);
	expect(await app.doors.authenticateFor("python", token)).toMatchObject({ name: "admin" });
	await expect(async () => app.doors.authenticateFor("system", token)).rejects.toThrow();
	expect(await status({ as: token })).toBe(401);
});

test("signing out ends the sign-in at once", async () => {
	const { body } = await app.send("/token", { json: { username: "admin", password: adminPassword } });
	expect(await status({ as: body.access_token })).toBe(200);
	const out = await app.send("/token/revoke", { json: { refresh_token: body.refresh_token } });
	expect(out.status).toBe(204);
	expect(await status({ as: body.access_token })).toBe(401);
	expect((await refresh(body.refresh_token)).status).toBe(401);
});

test("a refresh token brings the next one, and ends the sign-in when it is shown again later", async () => {
	const first = (await app.send("/token", { json: { username: "admin", password: adminPassword } })).body;
	const second = await refresh(first.refresh_token);
	expect(second.status).toBe(200);
	expect(await status({ as: second.body.access_token })).toBe(200);
	time.pass(60_000);
	expect((await refresh(first.refresh_token)).status).toBe(401);
	expect((await refresh(second.body.refresh_token)).status).toBe(401);
	expect(await status({ as: second.body.access_token })).toBe(401);
});

test("two tabs that open together both stay signed in", async () => {
	const first = (await app.send("/token", { json: { username: "admin", password: adminPassword } })).body;
	const tabs = await Promise.all([refresh(first.refresh_token), refresh(first.refresh_token)]);
	for (const tab of tabs) expect(await status({ as: tab.body.access_token })).toBe(200);
	time.pass(20_000);
	expect((await refresh(tabs.at(-1)?.body.refresh_token)).status).toBe(200);
});

test("the page stays signed in by a cookie that scripts can't read, and other pages can't use it", async () => {
	const signedIn = await app.send("/token", { json: { username: "admin", password: adminPassword } });
	const cookie = signedIn.headers.get("set-cookie") ?? "";
	expect(cookie).toMatch(/HttpOnly/i);
	expect(cookie).toMatch(/SameSite=Strict/i);
	const by = (origin: string) =>
		app.send("/token", {
			json: { grant_type: "refresh_token" },
			headers: { cookie: cookie.split(";")[0] ?? "", origin },
		});
	expect((await by("http://127.0.0.1:1")).status).toBe(403);
	expect((await by("null")).status).toBe(403);
	expect((await by(app.url)).status).toBe(200);
});

test("the printed address signs in once", async () => {
	const json = { grant_type: "one_time_token", token: app.doors.oneTimeToken() };
	expect((await app.send("/token", { json })).status).toBe(200);
	expect((await app.send("/token", { json })).status).toBe(401);
});

test("guessing passwords is slowed down, also for the right one, and not for others", async () => {
	await app.person("gina", "user");
	const attempt = (username: string, password: string) => app.send("/token", { json: { username, password } });
	for (let tries = 0; tries < 5; tries++) expect((await attempt("gina", `guess ${tries}`)).status).toBe(401);
	const denied = async () =>
		(await app.send("/audit?action=sign-in&target=gina&outcome=denied", { as: app.admin })).body.entries.length;
	const limited = await attempt("gina", adminPassword);
	expect(await denied()).toBe(6);
	// Whoever goes on all the same fills no disk.
	for (let tries = 0; tries < 20; tries++) expect((await attempt("gina", "guess")).status).toBe(429);
	expect(await denied()).toBe(6);
	expect(limited).toMatchObject({ status: 429, body: { code: "rate_limited" } });
	expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
	expect((await attempt("admin", adminPassword)).status).toBe(200);
	time.pass(15 * 60_000);
	expect((await attempt("gina", adminPassword)).status).toBe(200);
});

test("a name that is not ours is refused (DNS rebinding), ours is taken", async () => {
	expect(
		(await raw(`GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).split("\r\n")[0],
	).toContain("403");
	const port = new URL(app.url).port;
	expect(
		(await raw(`GET /health HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`)).split("\r\n")[0],
	).toContain("200");
});

test("another site's page is refused, our own is taken", async () => {
	const from = (origin: string) =>
		app.send("/command", { json: { text: "what time is it" }, as: app.admin, headers: { origin } });
	expect((await from("https://evil.example")).status).toBe(403);
	expect((await from("null")).status).toBe(403);
	expect((await from(app.url)).status).toBe(200);
	expect(
		(await app.send("/health", { headers: { origin: app.url } })).headers.get("access-control-allow-origin"),
	).toBeNull();
});

test("a body larger than allowed is refused, whether it says so or not", async () => {
	const text = "a".repeat(20_000_000);
	expect((await app.send("/command", { json: { text }, as: app.admin })).status).toBe(413);
	const stream = new Blob([JSON.stringify({ text })]).stream();
	const chunked = await fetch(`${app.url}/command`, {
		method: "POST",
		body: stream,
		headers: { authorization: `Bearer ${app.admin}`, "content-type": "application/json" },
	}).catch(() => undefined);
	expect(chunked === undefined || chunked.status === 413).toBe(true);
	expect((await app.send("/health")).status).toBe(200);
});

test("connections that send nothing more don't keep others out", async () => {
	const slow = Array.from({ length: 200 }, () => {
		const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
		socket.on("error", () => {});
		socket.write("POST /command HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{");
		return socket;
	});
	expect((await app.send("/health")).status).toBe(200);
	expect(await status({ as: app.admin })).toBe(200);
	for (const socket of slow) socket.destroy();
});

test("the page may load nothing from elsewhere and asks for the microphone only", async () => {
	const { headers } = await app.send("/");
	expect(headers.get("content-security-policy")).toMatch(/default-src 'none'; script-src 'self'/);
	expect(headers.get("referrer-policy")).toBe("no-referrer");
	expect(headers.get("permissions-policy")).toContain("microphone=(self)");
});

test.each(["/../package.json", "/%2e%2e/aios.db", "/..%2faios.db", "/assets/../../keys.json"])(
	"%s gives no file of the machine",
	async (path) => {
		const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
		expect(answer).not.toMatch(/^HTTP\/1\.1 200/);
	},
);

test("a line break in a name does not forge a line of the audit log", async () => {
	await app.send("/token", { json: { username: "x\r\nadmin signed in", password: "wrong" } });
	const { body } = await app.send("/audit?action=sign-in", { as: app.admin });
	expect(body.entries[0]).toMatchObject({ outcome: "denied", target: "x\r\nadmin signed in", userName: null });
});

const refresh = (refresh_token: string) => app.send("/token", { json: { grant_type: "refresh_token", refresh_token } });

function part(value: unknown): string {
	return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function withClaims(token: string, claims: object): string {
	const [header, payload = "", signature] = token.split(".");
	return [header, part({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), ...claims }), signature].join(
		".",
	);
}

function raw(request: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(Number(new URL(app.url).port), "127.0.0.1", () => socket.write(request));
		let answer = "";
		socket.setTimeout(5_000, () => socket.destroy());
		socket.on("data", (chunk) => {
			answer += chunk;
		});
		socket.on("close", () => resolve(answer));
		socket.on("error", reject);
	});
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dance } from "./oauth/support.ts";
import { startApp } from "./support/app.ts";

let app: Awaited<ReturnType<typeof startApp>>;
let steps: ReturnType<typeof dance>;
let application: string;
beforeAll(async () => {
	app = await startApp();
	steps = dance(app);
	application = (await steps.tokensFor(await steps.register(), await steps.browser())).access_token;
});
afterAll(() => app.stop());

const json = (text = "") => JSON.parse(Buffer.from(text, "base64url").toString());
/** The public half of the signing key, which is no secret. */
const publicKey = (): string => JSON.parse(readFileSync(join(app.dataDir, "keys.json"), "utf8")).keys[0].jwk.x;

const forgeries: [string, (header: Record<string, string>, payload: JWTPayload) => Promise<string>][] = [
	[
		"signed with a key of its own that it carries along",
		async (header, payload) => {
			const { privateKey, publicKey: own } = await generateKeyPair("EdDSA", { extractable: true });
			const jwk = await exportJWK(own);
			return new SignJWT(payload).setProtectedHeader({ ...header, alg: "EdDSA", jwk }).sign(privateKey);
		},
	],
	[
		"whose secret is the public key (HS256)",
		async (header, payload) =>
			new SignJWT(payload)
				.setProtectedHeader({ ...header, alg: "HS256" })
				.sign(Buffer.from(publicKey().padEnd(43, "A"), "base64url")),
	],
	[
		"signed by a key that is named by a path",
		async (header, payload) => {
			const { privateKey } = await generateKeyPair("EdDSA");
			return new SignJWT(payload)
				.setProtectedHeader({ ...header, alg: "EdDSA", kid: "../../dev/null" })
				.sign(privateKey);
		},
	],
	[
		"without a signature",
		async (header, payload) =>
			`${[{ ...header, alg: "none" }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`,
	],
];

test.each(forgeries)("a token %s is refused, a person's as well as an application's", async (_, forge) => {
	const forged = async (token: string) => {
		const [header, payload] = token.split(".");
		return forge(json(header), json(payload));
	};
	expect((await app.send("/system/status", { as: await forged(app.admin) })).status).toBe(401);
	expect((await app.send("/system/status", { as: app.admin })).status).toBe(200);
	expect((await steps.mcp("/mcp", await forged(application))).status).toBe(401);
	expect((await steps.mcp("/mcp", application)).status).toBe(200);
});

test("one kind of token never passes for another, whatever audience it is for", async () => {
	expect((await steps.mcp("/mcp", app.admin)).status).toBe(200);
	const server = await app.doors.tokens.issueServer("mcp", await app.doors.authenticator.check(app.admin));
	expect((await steps.mcp("/mcp", server)).status).toBe(401);
	await expect(app.doors.tokens.verifyApplication(application, "/mcp/files")).rejects.toThrow();
	// Signed by the right key with the claims of both kinds: the type alone tells them apart.
	const [{ kid, jwk }] = JSON.parse(readFileSync(join(app.dataDir, "keys.json"), "utf8")).keys;
	const signed = async (typ: string, audience: string) =>
		new SignJWT({ ...json(app.admin.split(".")[1]), ...json(application.split(".")[1]), iss: "aios", aud: audience })
			.setProtectedHeader({ alg: "EdDSA", kid, typ })
			.sign(await importJWK(jwk, "EdDSA"));
	const { verifyUser, verifyApplication } = app.doors.tokens;
	await expect(verifyUser(await signed("JWT", "aios"))).resolves.toMatchObject({ sid: expect.any(String) });
	await expect(verifyUser(await signed("at+jwt", "aios"))).rejects.toThrow();
	await expect(verifyApplication(await signed("JWT", "/mcp"), "/mcp")).rejects.toThrow();
	await expect(app.doors.tokens.verifyApplication(application, "/mcp")).resolves.toMatchObject({ resource: "/mcp" });
});

const ways: [string, RequestInit][] = [
	["/command", { method: "POST", headers: { "content-type": "application/json" }, body: '{"text":"what time is it"}' }],
	["/mcp", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }],
	["/socket.io/?EIO=4&transport=polling", {}],
	["/.well-known/oauth-protected-resource/mcp", {}],
	["/token/authorize", {}],
];

test.each(ways)("%s answers to its own names and origin only (rebinding, cross-site)", async (path, init) => {
	const { port } = new URL(app.url);
	const as = async (host: string, origin?: string) =>
		(
			await app.send(path, {
				...init,
				as: app.admin,
				headers: { ...(init.headers as Record<string, string>), host, ...(origin === undefined ? {} : { origin }) },
			})
		).status;
	expect(await as(`evil.example:${port}`)).toBe(403);
	expect(await as(`127.0.0.1.evil.example:${port}`)).toBe(403);
	expect(await as(`127.0.0.1:${port}`, "https://evil.example")).toBe(403);
	expect(await as(`127.0.0.1:${port}`, "null")).toBe(403);
	expect(await as(`localhost:${port}`)).not.toBe(403);
	expect(await as(`127.0.0.1:${port}`, app.url)).not.toBe(403);
});

test.each(["/command", "/mcp", "/oauth/token", "/oauth/register"])("no other site may read %s (CORS)", async (path) => {
	const preflight = (origin: string) =>
		app.send(path, {
			method: "OPTIONS",
			headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
		});
	expect((await preflight("https://evil.example")).status).toBe(403);
	const own = await preflight(app.url);
	expect(own.status).not.toBe(403);
	expect([...own.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test.each(["/mcp/..%2ffiles", "/mcp/%2e%2e", "/mcp/files%2f..", "/mcp/files%00", "/mcp//files"])(
	"%s is no way into another server",
	async (path) => {
		const { access_token } = await steps.tokensFor(await steps.register(), await steps.browser(), {
			resource: `${app.url}/mcp/files`,
		});
		expect((await steps.mcp("/mcp/files", access_token)).status).toBe(200);
		expect((await steps.mcp(path, access_token)).status).toBeGreaterThanOrEqual(401);
	},
);

test("a line break in what an application calls itself forges no line of the audit log", async () => {
	await steps.register({ client_name: "Good\r\nadmin signed in\u2028x" });
	const { body } = await app.send("/audit?action=application.register", { as: app.admin });
	expect(body.entries[0].target).toMatch(/^Goodadmin signed inx \([0-9a-f-]{36}\)$/);
});

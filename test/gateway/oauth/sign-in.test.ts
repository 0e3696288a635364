import { expect, test } from "vitest";
import { adminPassword, startApp } from "../support/app.ts";
import { callback, dance, stage } from "./support.ts";

const { app, time, steps, client, cookie } = await stage({ uma: "user", gus: "guest" });

test("who comes to /mcp without a token is told where to sign in, and finds everything from there", async () => {
	const refused = await steps.mcp("/mcp/files", undefined);
	expect(refused.status).toBe(401);
	const said = refused.headers.get("www-authenticate") ?? "";
	expect(said).toContain('scope="read write destructive outbound"');
	expect(said).not.toContain("error=");
	const where = /resource_metadata="([^"]+)"/.exec(said)?.[1] ?? "";
	expect(where).toBe(`${app.url}/.well-known/oauth-protected-resource/mcp/files`);
	const resource = await (await fetch(where)).json();
	expect(resource).toMatchObject({ resource: `${app.url}/mcp/files`, authorization_servers: [app.url] });
	const server = (await app.send("/.well-known/oauth-authorization-server")).body;
	expect(server).toMatchObject({
		issuer: app.url,
		token_endpoint: `${app.url}/oauth/token`,
		code_challenge_methods_supported: ["S256"],
		authorization_response_iss_parameter_supported: true,
		client_id_metadata_document_supported: true,
	});
	expect((await app.send("/.well-known/oauth-protected-resource/command")).status).toBe(401);
	expect((await app.send("/command", { json: { text: "hi" } })).headers.get("www-authenticate")).toBe("Bearer");
});

test("the addresses told are the ones that were asked at, and never those of a forged Host", async () => {
	const { port } = new URL(app.url);
	const at = (host: string) => app.send("/.well-known/oauth-authorization-server", { headers: { host } });
	expect((await at(`localhost:${port}`)).body.issuer).toBe(`http://localhost:${port}`);
	for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1:1", "localhost", `127.0.0.1:${port}@evil`]) {
		const answer = await at(host);
		expect(answer.status, host).toBe(403);
		expect(JSON.stringify(answer.body)).not.toContain("issuer");
	}
	const refused = await app.send("/mcp", { method: "POST", headers: { host: "127.0.0.1:1" } });
	expect(refused.headers.get("www-authenticate")).not.toContain("resource_metadata");
});

test("behind a proxy that the settings name, all of it goes by the address clients see", async () => {
	const outside = "https://aios.example.net";
	const proxied = await startApp({ env: { AIOS_AUTH_ORIGINS: outside } });
	const headers = { host: "aios.example.net" };
	const { body } = await proxied.send("/.well-known/oauth-protected-resource/mcp", { headers });
	expect(body).toMatchObject({ resource: `${outside}/mcp`, authorization_servers: [outside] });
	const own = await proxied.send("/.well-known/oauth-protected-resource/mcp", {
		headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
	});
	expect(own.body.resource).toBe(`${proxied.url}/mcp`);
	const there = dance({
		...proxied,
		send: (path, init) => proxied.send(path, { ...init, headers: { ...init?.headers, ...headers } }),
	});
	const [id, theirs] = [await there.register(), await there.browser()];
	const page = await there.open(there.address(id, { resource: `${outside}/mcp` }), theirs);
	expect((await there.decide(page.body, theirs, { origin: "https://evil.example" })).status).toBe(403);
	const done = await there.decide(page.body, theirs, { origin: outside });
	expect(done.to?.searchParams.get("iss")).toBe(outside);
	const tokens = await there.exchange(id, done.to?.searchParams.get("code") ?? "", { resource: `${outside}/mcp` });
	expect((await there.mcp("/mcp", tokens.body.access_token)).status).toBe(200);
	await proxied.stop();
});

test("an application that was let in works, as that person and no more than they allowed", async () => {
	const page = await steps.open(steps.address(client), cookie);
	expect(page.body).toContain("Let “Tester” in?");
	expect(page.body).toContain("127.0.0.1:7777");
	const done = await steps.decide(page.body, cookie, { scopes: ["read", "write"] });
	expect(done.to?.origin + (done.to?.pathname ?? "")).toBe(callback);
	expect(Object.fromEntries(done.to?.searchParams ?? [])).toMatchObject({ state: "xyz", iss: app.url });
	const tokens = await steps.exchange(client, done.to?.searchParams.get("code") ?? "");
	expect(tokens.body).toMatchObject({ token_type: "Bearer", scope: "read write" });
	expect(tokens.headers.get("cache-control")).toBe("no-store");

	const { access_token } = tokens.body;
	expect((await steps.mcp("/mcp", access_token, "files_write_note")).status).toBe(200);
	expect(app.calls.at(-1)).toMatchObject({ tool: "write_note", user: "uma" });
	const before = app.calls.length;
	const beyond = await steps.mcp("/mcp", access_token, "files_delete_path");
	expect(beyond.status).toBe(403);
	expect(beyond.headers.get("www-authenticate")).toMatch(/error="insufficient_scope", scope="files:destructive"/);
	const listed = (await steps.mcp("/mcp", access_token)).body.result.tools.map(({ name }: { name: string }) => name);
	expect(listed).toContain("files_write_note");
	expect(listed).not.toContain("files_delete_path");
	expect(app.calls).toHaveLength(before);
});

test("a person who does not allow it sends the program away with that answer", async () => {
	const { body } = await steps.open(steps.address(client), cookie);
	const done = await steps.decide(body, cookie, { answer: "deny" });
	expect(Object.fromEntries(done.to?.searchParams ?? [])).toEqual({
		error: "access_denied",
		state: "xyz",
		iss: app.url,
	});
	expect((await steps.decide(body, cookie)).status).toBe(400);
});

test("a token is good at the endpoint it was made for, and nowhere else", async () => {
	const { access_token: one } = await steps.tokensFor(client, cookie, { resource: `${app.url}/mcp/files` });
	expect((await steps.mcp("/mcp/files", one, "write_note")).status).toBe(200);
	for (const path of ["/mcp", "/mcp/mail"]) {
		const refused = await steps.mcp(path, one);
		expect(refused.status, path).toBe(401);
		expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
	}
	expect((await app.send("/system/status", { as: one })).status).toBe(401);
	expect((await app.send("/command", { json: { text: "what time is it" }, as: one })).status).toBe(401);
	expect((await app.send("/applications", { as: one })).status).toBe(401);
	await expect(async () => app.doors.authenticateFor("files", one)).rejects.toThrow();
	const all = await steps.tokensFor(client, cookie);
	expect((await steps.mcp("/mcp", all.access_token)).status).toBe(200);
	expect((await steps.mcp("/mcp/files", all.access_token)).status).toBe(401);
});

test.each<[string, Record<string, string | undefined>, string]>([
	["another resource", { resource: "https://elsewhere.example/mcp" }, "invalid_target"],
	["a server there is not", { resource: "/mcp/nothing" }, "invalid_target"],
	["no PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
	["PKCE that hides nothing", { code_challenge_method: "plain" }, "invalid_request"],
	["a token in the address", { response_type: "token" }, "unsupported_response_type"],
	["no scope there is", { scope: "openid admin" }, "invalid_scope"],
])("a request for %s is not shown as a question, and nobody is led away by it", async (_, change, error) => {
	const resource = change.resource?.startsWith("/") ? { resource: app.url + change.resource } : {};
	const page = await steps.open(steps.address(client, { ...change, ...resource }), cookie);
	expect(page.status).toBe(400);
	expect(page.body).not.toContain('name="request"');
	expect(page.body).not.toContain("http-equiv");
	expect(page.body).toContain(`error=${error}`);
});

test("an answer goes only to an address the application registered, on this machine with any port", async () => {
	const other = (redirect_uri: string) => steps.open(steps.address(client, { redirect_uri }), cookie);
	expect((await other("http://127.0.0.1:9999/callback")).body).toContain("127.0.0.1:9999");
	for (const wrong of [
		"https://evil.example/callback",
		"http://127.0.0.1:7777/callback/../x",
		"http://127.0.0.1:7777/other",
		"http://localhost:7777/callback",
		"http://127.0.0.1:80@evil.example/callback",
		`${callback}?more=1`,
		`${callback}#x`,
	]) {
		const page = await other(wrong);
		expect(page.status, wrong).toBe(400);
		expect(page.body, wrong).not.toContain("evil.example");
		expect(page.body, wrong).not.toContain("<a ");
	}
});

test("a code opens once, for its own client, address and verifier", async () => {
	const code = () => steps.codeFor(client, cookie);
	const wrong: [string, Record<string, string>][] = [
		["invalid_grant", { code_verifier: "w".repeat(43) }],
		["invalid_grant", { client_id: await steps.register() }],
		["invalid_grant", { redirect_uri: "http://127.0.0.1:7778/callback" }],
		["invalid_target", { resource: `${app.url}/mcp/files` }],
	];
	for (const [error, change] of wrong) {
		const made = await code();
		expect((await steps.exchange(client, made, change)).body.error).toBe(error);
		// A code that was tried wrongly is gone: nobody gets a second try.
		expect((await steps.exchange(client, made)).body.error).toBe("invalid_grant");
	}
	const late = await code();
	time.pass(61_000);
	expect((await steps.exchange(client, late)).body.error).toBe("invalid_grant");
	const good = await code();
	expect((await steps.exchange(client, good, { resource: `${app.url}/mcp` })).status).toBe(200);
});

test("a code shown twice closes what it had opened", async () => {
	const code = await steps.codeFor(client, cookie);
	const { access_token } = (await steps.exchange(client, code)).body;
	expect((await steps.mcp("/mcp", access_token)).status).toBe(200);
	expect((await steps.exchange(client, code)).body.error).toBe("invalid_grant");
	expect((await steps.mcp("/mcp", access_token)).status).toBe(401);
});

test("a guest can let nothing in", async () => {
	expect((await steps.open(steps.address(client), cookie)).status).toBe(200);
	const page = await steps.open(steps.address(client), await steps.browser("gus"));
	expect(page.status).toBe(403);
	expect(page.body).not.toContain('name="request"');
});

test("who is not signed in signs in there first, and another site's link does not look signed out", async () => {
	const path = steps.address(client);
	const page = await app.send(path);
	expect(page.body).toContain("Sign in to AIOS");
	expect(page.body).not.toContain("Tester");
	const enter = (password: string, origin: string) =>
		fetch(app.url + path, {
			method: "POST",
			body: new URLSearchParams({ username: "uma", password }),
			headers: { origin },
			redirect: "manual",
		});
	expect((await enter("wrong", app.url)).status).toBe(401);
	expect((await enter(adminPassword, "http://127.0.0.1:1")).status).toBe(403);
	const entered = await enter(adminPassword, app.url);
	expect(entered.status).toBe(303);
	expect(entered.headers.get("location")?.startsWith("/token/authorize?")).toBe(true);
	const own = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
	expect((await steps.open(path, own)).body).toContain("Let “Tester” in?");
	// A link from another site brings no cookie: the page asks for itself again, which does.
	const linked = await app.send(path, { headers: { "sec-fetch-site": "cross-site" } });
	expect(linked.body).toContain('http-equiv="refresh" content="0;url=/token/authorize?');
});

test("only the page that asked can be answered, by the person who was asked (CSRF, clickjacking)", async () => {
	const page = await steps.open(steps.address(client), cookie);
	expect(page.headers.get("x-frame-options")).toBe("DENY");
	expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none';.*frame-ancestors 'none'/);
	expect(page.body).not.toContain("<script");
	for (const origin of ["http://127.0.0.1:1", "null", "https://evil.example", null]) {
		expect((await steps.decide(page.body, cookie, { origin })).status, String(origin)).toBe(403);
	}
	expect((await steps.decide(page.body, await steps.browser("admin"))).status).toBe(400);
	expect((await steps.decide(page.body.replace(/value="[\w-]{43}"/, `value="${"A".repeat(43)}"`), cookie)).status).toBe(
		400,
	);
	expect((await steps.decide(page.body, "")).status).toBe(401);
	const extra = await steps.decide(page.body, cookie, { scopes: ["read", "*:*:*", "aios:write"] });
	const tokens = await steps.exchange(client, extra.to?.searchParams.get("code") ?? "");
	expect(tokens.body.scope).toBe("read");
});

test("a name that is markup or turns the writing round is shown as the letters it is", async () => {
	const odd = await steps.register({ client_name: "<script>alert(1)</script>\u202Eevil\r\n" });
	const { body } = await steps.open(steps.address(odd), cookie);
	expect(body).toContain("Let “&lt;script&gt;alert(1)&lt;/script&gt;evil” in?");
	expect(body).not.toContain("<script>");
});

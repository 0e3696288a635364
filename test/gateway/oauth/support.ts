import { randomBytes } from "node:crypto";
import { afterAll } from "vitest";
import { adminPassword, handClock, startApp } from "../support/app.ts";

type App = Awaited<ReturnType<typeof startApp>>;

export const callback = "http://127.0.0.1:7777/callback";

export interface Tokens {
	access_token: string;
	refresh_token: string;
	scope: string;
}

/**
 * For the whole of a test file: an app whose clock is moved by hand, with these people (name → role), a program that is
 * registered there, and the cookie of the first person's browser.
 */
export async function stage(people: Record<string, string>, options: Parameters<typeof startApp>[0] = {}) {
	const time = handClock();
	const app = await startApp({ clock: time.clock, ...options });
	afterAll(() => app.stop());
	const steps = dance(app);
	for (const [name, role] of Object.entries(people)) await app.person(name, role);
	const [first] = Object.keys(people);
	return { app, time, steps, client: await steps.register(), cookie: await steps.browser(first) };
}

/** A program and a person at an app: the steps of signing in, each alone so that a test can do one wrongly. */
export function dance(app: App) {
	const verifier = randomBytes(32).toString("base64url");
	const challenge = new Bun.CryptoHasher("sha256").update(verifier).digest("base64url");

	async function register(metadata: object = {}): Promise<string> {
		const json = { client_name: "Tester", redirect_uris: [callback], ...metadata };
		return (await app.send("/oauth/register", { json })).body.client_id;
	}
	/** The cookie of a person signed in on their browser. */
	async function browser(username = "admin"): Promise<string> {
		const answer = await app.send("/token", { json: { username, password: adminPassword } });
		return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
	}
	function address(client_id: string, change: Record<string, string | undefined> = {}): string {
		const all = {
			client_id,
			response_type: "code",
			redirect_uri: callback,
			code_challenge: challenge,
			code_challenge_method: "S256",
			resource: `${app.url}/mcp`,
			scope: "read write destructive outbound",
			state: "xyz",
			...change,
		};
		const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
		return `/token/authorize?${new URLSearchParams(given)}`;
	}
	const open = (path: string, cookie: string) => app.send(path, { headers: { cookie } });

	/** Answers the question on a consent page; by default all that was asked for is allowed. */
	async function decide(
		page: string,
		cookie: string,
		{ answer = "allow", scopes, origin = app.url }: { answer?: string; scopes?: string[]; origin?: string | null } = {},
	) {
		const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? "";
		const shown = [...page.matchAll(/name="scope" value="([^"]+)"/g)].map((found) => found[1] ?? "");
		const body = new URLSearchParams({ request, answer });
		for (const scope of scopes ?? shown) body.append("scope", scope);
		const headers = { cookie, ...(origin === null ? {} : { origin }) };
		const done = await app.send("/token/authorize", { method: "POST", body, headers });
		const href = /url=([^"]+)"/.exec(done.body)?.[1]?.replaceAll("&amp;", "&");
		return { ...done, to: href === undefined ? undefined : new URL(href) };
	}
	async function codeFor(client: string, cookie: string, change: Record<string, string | undefined> = {}) {
		const { body } = await open(address(client, change), cookie);
		return (await decide(body, cookie)).to?.searchParams.get("code") ?? "";
	}
	const post = (path: string, form: Record<string, string>) =>
		app.send(path, { method: "POST", body: new URLSearchParams(form) });
	const exchange = (client_id: string, code: string, change: Record<string, string> = {}) =>
		post("/oauth/token", {
			grant_type: "authorization_code",
			client_id,
			code,
			redirect_uri: callback,
			code_verifier: verifier,
			...change,
		});
	const refresh = (client_id: string, refresh_token: string, change: Record<string, string> = {}) =>
		post("/oauth/token", { grant_type: "refresh_token", client_id, refresh_token, ...change });

	/** All of it as it should be. */
	async function tokensFor(client: string, cookie: string, change: Record<string, string | undefined> = {}) {
		const answer = await exchange(client, await codeFor(client, cookie, change));
		return answer.body as Tokens;
	}
	/** Lists tools at an MCP endpoint, or calls one. */
	function mcp(path: string, token: string | undefined, tool?: string) {
		return app.send(path, {
			json: {
				jsonrpc: "2.0",
				id: 1,
				method: tool === undefined ? "tools/list" : "tools/call",
				params: {
					...(tool === undefined ? {} : { name: tool, arguments: {} }),
					_meta: {
						"io.modelcontextprotocol/protocolVersion": "2026-07-28",
						"io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
						"io.modelcontextprotocol/clientCapabilities": {},
					},
				},
			},
			headers: {
				accept: "application/json, text/event-stream",
				"mcp-protocol-version": "2026-07-28",
				"mcp-method": tool === undefined ? "tools/list" : "tools/call",
				...(tool === undefined ? {} : { "mcp-name": tool }),
			},
			...(token === undefined ? {} : { as: token }),
		});
	}
	return { register, browser, address, open, decide, codeFor, post, exchange, refresh, tokensFor, mcp };
}

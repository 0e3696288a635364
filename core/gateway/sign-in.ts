import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { AiosError, type TokenRequest, tokenAnswerSchema, tokenRequestSchema } from "../contract/index.ts";
import { problemResponse, readJson } from "../surface/index.ts";
import type { AuditEntry } from "./audit-log.ts";
import { json, newApp, problems } from "./openapi.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const cookieName = "aios_refresh";
/** Programs on other ports of this machine see cookies too: only what is asked below this path carries it. */
const cookiePath = "/token";
/** Addresses remembered at most. */
const maxSlowed = 10_000;
/** Largest body of a sign-in, in bytes. */
const bodyLimit = 10_000;

type Deps = Pick<GatewayDeps, "signIn"> & { audit(entry: AuditEntry): void; sessionSeconds: number };

/** `POST /token` and `POST /token/revoke`. The refresh token is also set as a cookie that scripts can't read. */
export function signInRoutes({ signIn, audit, sessionSeconds }: Deps): GatewayApp {
	const app = newApp();
	/** Addresses that are slowed down: what they try meanwhile is one row of the audit log, not one a try. */
	const slowed = new Set<string>();
	function denied(target: string, origin: string, code: AuditEntry["code"]): void {
		const again = code === "rate_limited" && slowed.has(origin);
		if (slowed.size > maxSlowed) slowed.clear();
		if (code === "rate_limited") slowed.add(origin);
		else slowed.delete(origin);
		if (!again) audit({ action: "sign-in", target, outcome: "denied", origin, code });
	}

	app.openAPIRegistry.registerPath(
		createRoute({
			method: "post",
			path: "/token",
			operationId: "token",
			summary: "Sign in by password, by the printed address's one-time token, or by refresh token",
			security: [],
			request: {
				body: {
					required: true,
					content: {
						"application/json": { schema: tokenRequestSchema },
						"application/x-www-form-urlencoded": { schema: tokenRequestSchema },
					},
				},
			},
			responses: { 200: json(tokenAnswerSchema, "Signed in. `expires_in` is seconds."), ...problems },
		}),
	);
	app.post("/token", async (c) => {
		const request = await readRequest(c.req.raw);
		const from = c.env?.from ?? "unknown";
		const byCookie = "grant_type" in request && request.grant_type === "refresh_token" && !request.refresh_token;
		if (byCookie) refuseOtherOrigins(c.req.raw);
		try {
			const answer = await signIn.exchange(
				byCookie ? { grant_type: "refresh_token", refresh_token: signInCookie(c) } : request,
				from,
			);
			if (!byCookie) {
				audit({ action: "sign-in", target: answer.user.name, outcome: "done", origin: from, user: answer.user });
			}
			setSignInCookie(c, answer.refresh_token, sessionSeconds);
			return c.json(answer, 200, { "cache-control": "no-store" });
		} catch (thrown) {
			const error = AiosError.from(thrown);
			const target = "username" in request ? request.username : (request.grant_type ?? "");
			if (!byCookie) denied(target, from, error.code);
			return problemResponse(error);
		}
	});
	app.openAPIRegistry.registerPath(
		createRoute({
			method: "post",
			path: "/token/revoke",
			operationId: "revokeToken",
			summary: "Sign out: ends the sign-in of the refresh token given, or of the cookie",
			security: [],
			request: {
				body: { content: { "application/json": { schema: z.object({ refresh_token: z.string().optional() }) } } },
			},
			responses: { 204: { description: "Signed out." }, ...problems },
		}),
	);
	app.post("/token/revoke", async (c) => {
		refuseOtherOrigins(c.req.raw);
		const given = revokeBody.safeParse(await readJson(c.req.raw, bodyLimit).catch(() => ({})));
		const token = (given.success ? given.data.refresh_token : undefined) ?? signInCookie(c);
		if (token !== undefined) signIn.end(token);
		deleteCookie(c, cookieName, { path: cookiePath });
		return c.body(null, 204);
	});
	return app;
}

/** Keeps a refresh token where no script can read it, for `seconds`. */
export function setSignInCookie(c: Context, token: string, seconds: number): void {
	setCookie(c, cookieName, token, { httpOnly: true, sameSite: "Strict", path: cookiePath, maxAge: seconds });
}

/** The refresh token of the person whose browser asks. */
export function signInCookie(c: Context): string | undefined {
	return getCookie(c, cookieName);
}

const revokeBody = z.object({ refresh_token: z.string().optional() });

async function readRequest(request: Request): Promise<TokenRequest> {
	const type = request.headers.get("content-type") ?? "";
	if (Number(request.headers.get("content-length") ?? 0) > bodyLimit) {
		throw new AiosError("too_large", `A sign-in may have at most ${bodyLimit} bytes.`);
	}
	const form = /^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type);
	const content = form ? await readForm(request) : await readJson(request, bodyLimit);
	const parsed = tokenRequestSchema.safeParse(content);
	if (parsed.success) return parsed.data;
	throw new AiosError("bad_request", "A sign-in needs username and password.", { cause: parsed.error });
}

async function readForm(request: Request): Promise<Record<string, unknown>> {
	try {
		return Object.fromEntries((await request.formData()).entries());
	} catch (cause) {
		throw new AiosError("bad_request", "The body is not a valid form.", { cause });
	}
}

/** A cookie comes along by itself, so only this very page may use it: pages on other ports of this machine may not. */
export function refuseOtherOrigins(request: Request): void {
	const origin = request.headers.get("origin");
	if (origin === null) return;
	if (URL.canParse(origin) && new URL(origin).host === request.headers.get("host")) return;
	throw new AiosError("forbidden", "Only the assistant's own page may do this.");
}

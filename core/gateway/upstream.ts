import { createRoute } from "@hono/zod-openapi";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { AiosError, type Principal } from "../contract/index.ts";
import { describeClient } from "../orchestrator/index.ts";
import { loopbackHosts } from "../surface/index.ts";
import type { AuditEntry } from "./audit-log.ts";
import { json, newApp, problems } from "./openapi.ts";
import type { GatewayApp, GatewayBindings, GatewayDeps } from "./types.ts";

/** Where a person opens a sign-in at a registered server; the two below are where they come back to, and what describes us. */
const openPath = "/servers/sign_in";
const callbackPath = `${openPath}/callback`;
const clientPath = `${openPath}/client.json`;
/** Shows that the browser that comes back is the one that went. */
const cookieName = "aios_server_sign_in";
/** Seconds it is kept: as long as a sign-in may take. */
const cookieSeconds = 600;

type Deps = Pick<GatewayDeps, "orchestrator" | "permit" | "clientMetadataUrl"> & { audit(entry: AuditEntry): void };

const what = { server: "aios", name: "servers", effect: "write", role: "administrator" } as const;

/** Signing in at servers that are registered and demand it, and out again; for administrators. */
export function upstreamRoutes({ orchestrator, permit, clientMetadataUrl, audit }: Deps): GatewayApp {
	const app = newApp();
	const named = { params: z.object({ name: z.string().min(1).max(100) }) };
	const allow = (user: Principal) => permit(user, what);

	app.openapi(
		createRoute({
			method: "post",
			path: "/servers/{name}/sign_in",
			operationId: "signInAtServer",
			summary: "Begin a sign-in at a registered server that needs one",
			request: named,
			responses: {
				201: json(z.object({ address: z.string() }), "Open the address in a browser within ten minutes."),
				...problems,
			},
		}),
		async (c) => {
			const { user } = c.var;
			allow(user);
			const { name } = c.req.valid("param");
			const origin = originOf(c.req.raw, clientMetadataUrl);
			const state = await orchestrator.signIns.begin(name, user, `${origin}${callbackPath}`);
			return c.json({ address: `${origin}${openPath}?state=${state}` }, 201);
		},
	);
	app.openapi(
		createRoute({
			method: "delete",
			path: "/servers/{name}/sign_in",
			operationId: "signOutAtServer",
			summary: "Sign out at a registered server",
			request: named,
			responses: { 204: { description: "Its tokens are forgotten." }, ...problems },
		}),
		async (c) => {
			const { user } = c.var;
			allow(user);
			const { name } = c.req.valid("param");
			await orchestrator.signIns.end(name);
			audit({ action: "server.sign-out", target: name, outcome: "done", origin: c.env?.from ?? "", user });
			return c.body(null, 204);
		},
	);
	return app;
}

/**
 * The pages a browser passes on its way to an authorization server and back. Nobody need be signed in here to see them:
 * only whom an administrator gave the address has the `state` in it, and only the browser that opened it may come back.
 * What counts is the rights of whoever began it at the moment it ends.
 */
export function upstreamPages({
	orchestrator,
	authenticator,
	permit,
	clientMetadataUrl,
	audit,
}: Deps & Pick<GatewayDeps, "authenticator">): Hono<{ Bindings: GatewayBindings }> {
	const app = new Hono<{ Bindings: GatewayBindings }>();
	const still = (by: Principal) => {
		const now = authenticator.renew(by);
		if (now === undefined) {
			throw new AiosError("forbidden", "Whoever began this is no longer signed in here.", {
				fix: "Begin it again on the page, below Servers.",
			});
		}
		permit(now, what);
	};
	app.get(openPath, (c) => {
		try {
			const { address, browser } = orchestrator.signIns.open(c.req.query("state") ?? "");
			setCookie(c, cookieName, browser, {
				httpOnly: true,
				sameSite: "Lax",
				secure: originOf(c.req.raw, clientMetadataUrl).startsWith("https:"),
				path: openPath,
				maxAge: cookieSeconds,
			});
			return c.body(null, 303, { ...pageHeaders, location: address });
		} catch (thrown) {
			return refusal(thrown);
		}
	});
	app.get(callbackPath, async (c) => {
		const origin = c.env?.from ?? "";
		try {
			const answer = new URL(c.req.url).searchParams;
			const { server, by } = await orchestrator.signIns.finish(answer, getCookie(c, cookieName), still);
			audit({ action: "server.sign-in", target: server, outcome: "done", origin, user: by });
			return page(200, `Signed in at ${server}`, "Its tools are there now. You can close this page.");
		} catch (thrown) {
			audit({ action: "server.sign-in", target: "", outcome: "failed", origin, code: AiosError.from(thrown).code });
			return refusal(thrown);
		}
	});
	app.get(clientPath, (c) => {
		if (clientMetadataUrl === undefined) return c.notFound();
		const port = new URL(c.req.url).port;
		const local = loopbackHosts.map((host) => `http://${host}${port === "" ? "" : `:${port}`}`);
		const redirects = [new URL(clientMetadataUrl).origin, ...local].map((origin) => `${origin}${callbackPath}`);
		return c.json({ client_id: clientMetadataUrl, ...describeClient(redirects), token_endpoint_auth_method: "none" });
	});
	return app;
}

/** The origin a person reaches this by. What stands in front may have taken off the TLS. */
function originOf({ url }: Request, clientMetadataUrl: string | undefined): string {
	const { origin, host } = new URL(url);
	const outside = clientMetadataUrl === undefined ? undefined : new URL(clientMetadataUrl);
	return outside?.host === host ? outside.origin : origin;
}

const pageHeaders = {
	"content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	// The address carries the code.
	"referrer-policy": "no-referrer",
	"cache-control": "no-store",
	"x-content-type-options": "nosniff",
};

function refusal(thrown: unknown): Response {
	const { status, message, fix = "" } = AiosError.from(thrown);
	return page(status, "Not signed in", `${message} ${fix}`);
}

function page(status: number, title: string, text: string): Response {
	const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body><h1>${escaped(title)}</h1><p>${escaped(text)}</p><p><a href="/">To the assistant</a></p></body></html>
`;
	return new Response(body, { status, headers: { ...pageHeaders, "content-type": "text/html; charset=utf-8" } });
}

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

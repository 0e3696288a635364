import { Hono, type MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { AiosError, type JsonSchema, type Principal } from "../contract/index.ts";
import { guard, mountDocs, problemResponse, securitySchemes, toolPaths } from "../surface/index.ts";
import { auditRoutes } from "./audit.ts";
import { createAuditLog } from "./audit-log.ts";
import { commandRoutes } from "./commands.ts";
import { keyRoutes } from "./keys.ts";
import { type McpGateway, mountMcp } from "./mcp/index.ts";
import { type OAuth, requestedEndpoint } from "./oauth/index.ts";
import { json, newApp } from "./openapi.ts";
import { pageRoutes } from "./page.ts";
import { peopleRoutes } from "./people.ts";
import { pluginRoutes } from "./plugins.ts";
import { serverRoutes } from "./servers.ts";
import { signInRoutes } from "./sign-in.ts";
import { systemRoutes } from "./system.ts";
import { tracedRequests } from "./traced.ts";
import type { GatewayApp, GatewayDeps, GatewayEnv } from "./types.ts";
import { upstreamPages, upstreamRoutes } from "./upstream.ts";

/** Largest request body in bytes. */
export const bodyLimit = 16_000_000;

export interface AppDeps extends Omit<GatewayDeps, "voice"> {
	/** Seconds a sign-in lasts without use. */
	sessionSeconds: number;
	/** Writes waiting rows of the history. */
	flush(): void;
	/** Whether everything that must be up is up. */
	health(): "starting" | "healthy" | "degraded";
	/** Answers Socket.IO requests. */
	socket(request: Request): Promise<Response> | Response;
	/** Answers `/mcp` and `/mcp/SERVER`. */
	mcp: McpGateway;
	/** Lets MCP clients sign in by themselves. */
	oauth: OAuth;
}

/** Every route of the main port. Checks come first, in this order: Host and Origin, size, credentials, rate, rights. */
export function createGatewayApp(deps: AppDeps): GatewayApp {
	const { clock, log, store, orchestrator } = deps;
	const audit = createAuditLog({ store, clock });
	const app = newApp();
	app.onError((thrown, c) => {
		// A body that is not JSON, or not said to be.
		if (thrown instanceof HTTPException && thrown.status < 500) {
			return problemResponse(new AiosError("bad_request", `${thrown.message}.`), {}, thrown.status);
		}
		const error = AiosError.from(thrown);
		// A call of a tool that was refused is a Reply, and kept with its turn.
		const { user }: { user?: Principal } = c.var;
		if (error.code === "forbidden" && user !== undefined) {
			const target = `${c.req.method} ${c.req.path}`;
			audit({ action: "request", target, outcome: "denied", origin: c.env.from ?? "", code: error.code, user });
		}
		if (error.code !== "internal") return problemResponse(error);
		// What went wrong is in the log alone; this leads there.
		const request = crypto.randomUUID();
		const { method, path } = c.req;
		log.error("a request failed", { request, method, path, error: error.message, stack: error.stack });
		return problemResponse(error, { "x-request-id": request });
	});
	app.notFound((c) => problemResponse(new AiosError("not_found", `There is no ${c.req.method} ${c.req.path} here.`)));
	app.use(guard({ hosts: deps.hosts, bodyLimit }));
	app.all("/socket.io/", (c) => deps.socket(c.req.raw));

	app.openapi(
		{
			method: "get",
			path: "/health",
			operationId: "health",
			summary: "Whether the assistant is ready",
			security: [],
			responses: { 200: json(health, "It is up."), 503: json(health, "It is starting.") },
		},
		(c) => {
			const status = deps.health();
			return c.json({ status, version: deps.version }, status === "starting" ? 503 : 200);
		},
	);
	app.route("/", signInRoutes({ signIn: deps.signIn, audit, sessionSeconds: deps.sessionSeconds }));
	app.route("/", upstreamPages({ ...deps, audit }));
	app.route("/", deps.oauth.open);
	app.route("/", docsRoutes());
	app.route("/", pageRoutes({ dir: deps.pageDir }));

	app.use(signedIn(deps));
	if (deps.tracer !== undefined) app.use(tracedRequests(deps.tracer));
	mountMcp(app, deps.mcp);
	app.route("/", systemRoutes(deps));
	app.route("/", auditRoutes(deps));
	app.route("/", serverRoutes({ ...deps, audit }));
	app.route("/", pluginRoutes({ ...deps, audit }));
	app.route("/", upstreamRoutes({ ...deps, audit }));
	app.route("/", keyRoutes({ ...deps, audit }));
	app.route("/", deps.oauth.applications);
	app.route("/", peopleRoutes({ ...deps, audit }));
	app.get("/openapi.json", (c) => c.json(document()));
	app.route("/", commandRoutes(deps));

	function document(): JsonSchema {
		const { paths, components, ...rest } = app.getOpenAPI31Document({
			openapi: "3.1.0",
			info: { title: "AIOS", version: deps.version, description: "The main server: commands, tools, people, servers." },
			security: [{ bearer: [] }, { apiKey: [] }],
		});
		const own = orchestrator.catalogue().filter(({ server }) => server === "main");
		return { ...rest, paths: { ...toolPaths(own), ...paths }, components: { ...components, securitySchemes } };
	}

	return app;
}

const health = z.object({ status: z.enum(["starting", "healthy", "degraded"]), version: z.string() });

/** Lets in who has credentials and has not called too often. */
function signedIn(deps: Pick<AppDeps, "authenticator" | "count" | "oauth">): MiddlewareHandler<GatewayEnv> {
	return async (c, next) => {
		const endpoint = requestedEndpoint(c);
		let user: Principal;
		try {
			user = await deps.authenticator.authenticate(c.req.raw, endpoint);
		} catch (thrown) {
			const error = AiosError.from(thrown);
			if (endpoint === undefined || error.code !== "unauthenticated") throw error;
			return deps.oauth.challenges.signIn(c.req.raw, endpoint, error);
		}
		c.env.stay?.();
		deps.count(user);
		c.set("user", user);
		return next();
	};
}

/** Swagger UI asks for the description as the person who is signed in on the page: their cookie brings a token. */
const docsStart = `const signIn = fetch("/token", {
	method: "POST",
	headers: { "content-type": "application/json" },
	body: JSON.stringify({ grant_type: "refresh_token" }),
});
signIn.then((answer) => answer.json()).then(({ access_token }) => {
	SwaggerUIBundle({
		url: "/openapi.json",
		dom_id: "#api",
		deepLinking: true,
		requestInterceptor(request) {
			request.headers.authorization ??= "Bearer " + access_token;
			return request;
		},
	});
});
`;

function docsRoutes(): Hono {
	const app = new Hono();
	app.get("/docs/start.js", (c) => c.body(docsStart, 200, { "content-type": "text/javascript; charset=utf-8" }));
	mountDocs(app, { path: "/docs", openapi: "/openapi.json" });
	return app;
}

import { Hono, type MiddlewareHandler } from "hono";
import { z } from "zod";
import { AiosError, type JsonSchema, type Principal } from "../contract/index.ts";
import { createGuard, guard, methodsOf, mountDocs, securitySchemes, toolPaths, unrouted } from "../surface/index.ts";
import { type Admit, createAdmission } from "./admit.ts";
import { auditRoutes } from "./audit.ts";
import { createAuditLog } from "./audit-log.ts";
import { commandRoutes, createCommand } from "./commands.ts";
import { createFailed } from "./failed.ts";
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
import type { GatewayBindings, GatewayDeps, GatewayEnv } from "./types.ts";
import { upstreamPages, upstreamRoutes } from "./upstream.ts";

/** Largest request body in bytes. */
export const bodyLimit = 16_000_000;

export interface AppDeps extends Omit<GatewayDeps, "voice"> {
	/** Seconds a sign-in lasts without use. */
	sessionSeconds: number;
	/** Writes waiting rows of the history. */
	flush(): void;
	/** See {@link createAuditLog}. */
	keepAudit: Parameters<typeof createAuditLog>[0]["keepAudit"];
	/** Whether everything that must be up is up. */
	health(): "starting" | "healthy" | "degraded";
	/** Answers Socket.IO requests. */
	socket(request: Request): Promise<Response> | Response;
	/** Answers `/mcp` and `/mcp/SERVER`. */
	mcp: McpGateway;
	/** Lets MCP clients sign in by themselves. */
	oauth: OAuth;
}

export interface GatewayHandlers {
	fetch(request: Request, env: GatewayBindings): Response | Promise<Response>;
	/** Answers `POST /command` as `fetch` does, by a shorter way. */
	command(request: Request, env: GatewayBindings): Response | Promise<Response>;
}

/** Every route of the main port. Checks come first, in this order: Host and Origin, size, credentials, rate, rights. */
export function createGatewayHandlers(deps: AppDeps): GatewayHandlers {
	const { log, orchestrator } = deps;
	const audit = createAuditLog(deps);
	const admit = createAdmission(deps);
	const command = createCommand(deps);
	const failed = createFailed({ audit, log });
	const app = newApp();
	app.onError((thrown, c) => failed(thrown, { request: c.req.raw, env: c.env, user: c.get("user") }));
	app.notFound(({ req }) => unrouted(req.method, req.path, [...methodsOf(app, req.path), ...ownTool(req.path)]));
	app.use(guard({ hosts: deps.hosts, bodyLimit }));
	app.all("/socket.io", (c) => deps.socket(c.req.raw));

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

	app.use(signedIn(admit, deps.oauth));
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
	app.route("/", commandRoutes({ ...deps, command }));

	/** The tools of the main server are called under their names, without a route for each. */
	function ownTool(path: string): string[] {
		const found = orchestrator.catalogue().some(({ server, name }) => server === "main" && path === `/${name}`);
		return found ? ["POST"] : [];
	}

	function document(): JsonSchema {
		const { paths, components, ...rest } = app.getOpenAPI31Document({
			openapi: "3.1.0",
			info: { title: "AIOS", version: deps.version, description: "The main server: commands, tools, people, servers." },
			security: [{ bearer: [] }, { apiKey: [] }],
		});
		const own = orchestrator.catalogue().filter(({ server }) => server === "main");
		return { ...rest, paths: { ...toolPaths(own), ...paths }, components: { ...components, securitySchemes } };
	}

	const check = createGuard(deps.hosts);
	/** Most requests are commands: the same checks in the same order, without the look-up among all the routes. */
	async function direct(request: Request, env: GatewayBindings): Promise<Response> {
		let user: Principal | undefined;
		try {
			const refused = check(request, bodyLimit);
			if (refused !== undefined) return refused;
			user = await admit(request, env);
			return await command(request, user);
		} catch (thrown) {
			return failed(thrown, { request, env, user });
		}
	}
	return { fetch: app.fetch, command: deps.tracer === undefined ? direct : app.fetch };
}

const health = z.object({ status: z.enum(["starting", "healthy", "degraded"]), version: z.string() });

/** Leaves who sends a request to the routes; an MCP client that may not come in is told where to sign in. */
function signedIn(admit: Admit, { challenges }: Pick<OAuth, "challenges">): MiddlewareHandler<GatewayEnv> {
	return async (c, next) => {
		const endpoint = requestedEndpoint(c);
		let user: Principal;
		try {
			user = await admit(c.req.raw, c.env, endpoint);
		} catch (thrown) {
			const error = AiosError.from(thrown);
			if (endpoint === undefined || error.code !== "unauthenticated") throw error;
			return challenges.signIn(c.req.raw, endpoint, error);
		}
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

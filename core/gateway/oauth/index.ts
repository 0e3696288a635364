import { Hono } from "hono";
import type { SignIn, Tokens } from "../../security/index.ts";
import type { AuditEntry } from "../audit-log.ts";
import type { GatewayApp, GatewayBindings, GatewayDeps } from "../types.ts";
import { applicationRoutes } from "./applications.ts";
import { authorizeRoutes } from "./authorize.ts";
import { type Challenges, createChallenges } from "./challenge.ts";
import { network, type Reach } from "./client-document.ts";
import { createClients } from "./clients.ts";
import { endpointRoutes } from "./endpoints.ts";
import { createGrants } from "./grants.ts";
import { metadataRoutes } from "./metadata.ts";
import { createPlaces } from "./places.ts";

export { type Challenges, requestedEndpoint } from "./challenge.ts";
export type { Reach } from "./client-document.ts";

/** How applications are let in. */
export interface ApplicationSettings {
	/** Whole addresses from the settings under which this is reached besides its own names and port. */
	origins: readonly string[];
	accessTokenSeconds: number;
	/** Never fetch what a program says of itself. */
	offline: boolean;
}

export interface OAuthDeps
	extends Pick<GatewayDeps, "store" | "credentials" | "permit" | "orchestrator" | "hosts" | "clock"> {
	tokens: Tokens;
	signIn: SignIn;
	applications: ApplicationSettings;
	sessionSeconds: number;
	/** The port this listens on, once it does. */
	port(): number;
	audit(entry: AuditEntry): void;
	/** The network, where a test holds it. */
	reach?: Reach;
}

export interface OAuth {
	/** What is open to those who are not signed in: metadata, registration, the consent page, tokens. */
	open: Hono<{ Bindings: GatewayBindings }>;
	/** `/applications`. */
	applications: GatewayApp;
	challenges: Challenges;
}

/**
 * The authorization server by which MCP clients sign in to `/mcp` by themselves (MCP authorization, 2025-11-25 and
 * 2026-07-28). Own code, because nothing that is kept well fits: oidc-provider is a Koa application with one fixed
 * issuer and no client metadata documents; the MCP library's own parts are Express routers of its 1.x; the OAuth
 * libraries for any framework know neither resource indicators nor registration, which are most of this. What is hard
 * is borrowed: signatures and JWTs from jose, pages escaped by hono/html, addresses judged by ipaddr.js.
 */
export function createOAuth(deps: OAuthDeps): OAuth {
	const { store, credentials, permit, clock, audit, tokens } = deps;
	const { accessTokenSeconds, origins, offline } = deps.applications;
	const places = createPlaces({ hosts: deps.hosts, origins, port: deps.port });
	const clients = createClients({ store, clock, reach: offline ? undefined : (deps.reach ?? network) });
	const grants = createGrants({
		store,
		credentials,
		tokens,
		clock,
		accessTokenSeconds,
		grantMs: deps.sessionSeconds * 1000,
		onEvent: (event) => audit({ ...event, origin: "oauth" }),
	});
	clients.prune();
	const open = new Hono<{ Bindings: GatewayBindings }>();
	open.route("/", metadataRoutes({ places, documents: !offline }));
	open.route("/", endpointRoutes({ clients, grants, places, clock, audit }));
	open.route("/", authorizeRoutes({ ...deps, places, clients, grants }));
	return {
		open,
		applications: applicationRoutes({ store, credentials, clock, permit, audit }),
		challenges: createChallenges({ places, credentials, permit }),
	};
}

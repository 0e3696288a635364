import type { OpenAPIHono } from "@hono/zod-openapi";
import type {
	Assistant,
	CatalogueTool,
	Clock,
	Logger,
	Principal,
	ServerEvent,
	ServerEventName,
	SystemStatus,
	Tracer,
} from "../contract/index.ts";
import type { Orchestrator } from "../orchestrator/index.ts";
import type { Authenticator, Credentials, Passwords, SignIn } from "../security/index.ts";
import type { Store } from "../store/index.ts";
import type { VoiceLoop } from "../voice/index.ts";
import type { Metrics } from "./metrics.ts";

/** What the routes are made with. */
export interface GatewayDeps {
	version: string;
	authenticator: Authenticator;
	credentials: Credentials;
	signIn: SignIn;
	passwords: Passwords;
	/** Throws `forbidden` where the caller has no right to a tool. */
	permit(principal: Principal, tool: Pick<CatalogueTool, "server" | "name" | "effect" | "role">): void;
	assistant: Assistant;
	orchestrator: Pick<
		Orchestrator,
		| "catalogue"
		| "servers"
		| "register"
		| "unregister"
		| "heldBack"
		| "approve"
		| "onChange"
		| "registered"
		| "mcp"
		| "plugins"
		| "signIns"
	>;
	/** Where authorization servers can read what this assistant is; see the setting of that name. */
	clientMetadataUrl?: string;
	voice: VoiceLoop;
	store: Store;
	status(): SystemStatus;
	metrics: Metrics;
	/** Host names this is reached by, without port. */
	hosts: readonly string[];
	/** Folder of the built page. */
	pageDir: string;
	/** Counts a call of somebody let in. Throws `rate_limited`. */
	count(user: Principal): void;
	clock: Clock;
	log: Logger;
	tracer?: Tracer;
}

/** What the checks leave for the routes. */
export interface GatewayVariables {
	user: Principal;
}

export interface GatewayEnv {
	Variables: GatewayVariables;
	Bindings: GatewayBindings;
}

export type GatewayApp = OpenAPIHono<GatewayEnv>;

export interface GatewayBindings {
	/** Network address of the caller. */
	from?: string;
	/** Lets the caller wait for an answer as long as it takes: strangers have not that much time. */
	stay?(): void;
}

/** Sends an event to one client, to one person's clients or to all. */
export type Send = <N extends ServerEventName>(
	name: N,
	payload: ServerEvent<N>,
	to?: { client?: string; user?: string },
) => void;

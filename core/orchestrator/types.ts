import type {
	Announcement,
	CatalogueTool,
	Channel,
	Clock,
	Dispatcher,
	Logger,
	Principal,
	Reply,
	SystemStatus,
	Tracer,
} from "../contract/index.ts";
import type { DirectCall } from "../ipc/index.ts";
import type { BalancerName } from "./balance.ts";
import type { McpLine } from "./connection.ts";
import type { AccountsDeps } from "./oauth/index.ts";
import type { InProcessServer, ProcessServer } from "./parts.ts";
import type { PluginDeps, Plugins } from "./plugins.ts";
import type { HeldBack, RegisteredServer, RegisterRequest, RegistrationStore } from "./registration.ts";

export interface OrchestratorDeps {
	/** Without it there are no plugins. */
	plugins?: Omit<PluginDeps, "childEnv">;
	local: readonly InProcessServer[];
	processes: readonly ProcessServer[];
	registrations: RegistrationStore;
	/** Where the tokens of sign-ins at registered servers are kept, and what was arranged for them. */
	accounts: Omit<AccountsDeps, "clock" | "log">;
	/** A short-lived token that only `server` accepts and that stands for `principal`. */
	tokenFor(server: string, principal: Principal): Promise<string>;
	/** Who holds a credential that was given to `server` itself. Throws `unauthenticated`. */
	authenticate(server: string, credential: string): Promise<Principal> | Principal;
	/** Runs a command as if it had been typed; for servers that take words (voice). */
	command?(text: string, session: string, user: Principal, signal: AbortSignal, traceparent?: string): Promise<Reply>;
	/** Keeps a call that came to a server's own port in the audit log. */
	audit?(call: DirectCall): void;
	/** Makes the assistant say something of its own accord. */
	announce?(announcement: Announcement): void;
	/** Environment of the processes: what programs need and none of our secrets. */
	childEnv: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
	/** Milliseconds between health checks; 3,000 by default. */
	healthIntervalMs?: number;
	/** Milliseconds until a registered server that could not be reached is tried again; 5,000 by default. */
	retryMs?: number;
	/** Milliseconds of calm after which a replica that load brought is taken away; a minute by default. */
	calmMs?: number;
	tracer?: Tracer;
	/** How replicas are chosen; `peak-ewma` by default. */
	balancer?: BalancerName;
}

/** Signing in at registered servers that demand it. What is signed in, everybody who may use the server uses. */
export interface UpstreamSignIns {
	/** Begins one for a person, who comes back to `redirectUrl`; gives the `state` of it. Throws AiosError. */
	begin(server: string, by: Principal, redirectUrl: string): Promise<string>;
	/** Where to sign in, and a secret that the browser sent there shows when it comes back. Throws `not_found`. */
	open(state: string): { address: string; browser: string };
	/**
	 * Takes the parameters the person came back with, and the server's tools. `allow` throws where whoever began it may
	 * not any more. Throws `forbidden` for another browser.
	 */
	finish(
		answer: URLSearchParams,
		browser: string | undefined,
		allow: (by: Principal) => void,
	): Promise<{ server: string; by: Principal }>;
	/** Signs out there. */
	end(server: string): Promise<void>;
}

export interface Orchestrator {
	dispatcher: Dispatcher;
	/** Every tool of every server, also of those that are down just now. */
	catalogue(): CatalogueTool[];
	servers(): SystemStatus["servers"];
	/** Adds a server, or a replica to one of that name. Loop-back and private addresses only for administrators. */
	register(request: RegisterRequest, by: Principal): Promise<RegisteredServer>;
	unregister(name: string): Promise<void>;
	/** Changed definitions of a registered server that wait for approval, as they are now. */
	heldBack(name: string): HeldBack[];
	/** Takes the held-back definitions of a server as they are now. */
	approve(name: string): Promise<void>;
	plugins: Pick<Plugins, "list" | "enable" | "disable">;
	signIns: UpstreamSignIns;
	/** Names of the registered servers. */
	registered(): string[];
	/** The MCP side of a registered server; undefined where it has none. Throws `unavailable` while it is away. */
	mcp(server: string): Promise<McpLine | undefined>;
	/** Calls back on every change of catalogue or status; the returned function takes it back. */
	onChange(listener: () => void): () => void;
	/** Calls back with a new line to a server's process at every (re)start of it. */
	channel(server: string, topic: string, onOpen: (channel: Channel) => void): void;
	/** Starts every process; resolves when each is ready or has failed once. */
	start(): Promise<void>;
	/** Drains and stops everything that was started. */
	stop(): Promise<void>;
}

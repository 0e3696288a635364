import type {
	Announcement,
	Attachment,
	CallContext,
	CatalogueTool,
	Channel,
	Clock,
	Dispatcher,
	Logger,
	Principal,
	Reply,
	Requirement,
	SystemStatus,
	Tracer,
	UpstreamClient,
} from "../contract/index.ts";
import type { BalancerName } from "./balance.ts";
import type { McpLine } from "./connection.ts";
import type { Limits } from "./limits.ts";
import type { AccountsDeps } from "./oauth/index.ts";
import type { SandboxDeps } from "./plugin-sandbox.ts";
import type { Plugins } from "./plugins.ts";

/** A server whose tools run in this process (the main server); made by the surface. */
export interface InProcessServer {
	name: string;
	title: string;
	tools: readonly CatalogueTool[];
	run(
		tool: string,
		input: unknown,
		context: CallContext,
	): Promise<{ output: Record<string, unknown>; say: string; attachments: Attachment[] }>;
	requirements(): Promise<Requirement[]>;
}

/** A server started, watched and restarted as a process of its own. */
export interface ProcessServer {
	name: string;
	title: string;
	/** The command line, without secrets: they go over IPC in `start`. */
	command: readonly string[];
	/** Port of the first replica on 127.0.0.1; 0 picks a free one, as every further replica does. */
	port: number;
	/** The body of the `start` message the process gets; `port` is added. */
	start: Record<string, unknown>;
	/** Replicas at start, and the least kept; 1 by default. */
	replicas?: number;
	/** Most replicas that load may bring; as many as at start by default. */
	maxReplicas?: number;
}

/** A program that is an MCP server over its standard input and output. */
export interface Launch {
	command: string;
	args: readonly string[];
	/** Added to what programs get anyway. */
	env: Readonly<Record<string, string>>;
	/** How much of the machine it may use; all of it without. */
	limits?: Limits;
}

/** One replica of a server registered by a person: reached over the network, or a program started by its command. */
export interface Registration {
	name: string;
	/** Its address; what it is started by where `launch` is set. */
	url: string;
	type: string;
	/** SHA-256 of each approved tool definition, by tool name. */
	pins: Record<string, string>;
	/** Id of the person who added it. */
	addedBy: string;
	launch?: Launch | null;
}

/** Where registrations outlive the process. */
export interface RegistrationStore {
	list(): Promise<Registration[]>;
	/** Adds a replica, or replaces the one of that name and url. */
	save(registration: Registration): Promise<void>;
	/** Takes out every replica of the name. */
	remove(name: string): Promise<void>;
}

/** What to register: an address, or with `command` a program of this machine, which only administrators may. */
export type RegisterRequest = { name: string } & (
	| {
			url: string;
			/** "mcp" by default; where no MCP answers, the operations of `/openapi.json` become tools. */
			type?: string;
			/** What was arranged at its authorization server; see {@link UpstreamClient}. Administrators only. */
			client?: UpstreamClient;
	  }
	| ({ type: "stdio" } & Pick<Launch, "command"> & Partial<Pick<Launch, "args" | "env">>)
);

/** A tool whose definition is new or changed since it was approved. */
export interface HeldBack {
	name: string;
	description: string;
}

/** The answer to `POST /register_server`. */
export interface RegisteredServer {
	name: string;
	url: string;
	type: string;
	status: SystemStatus["servers"][number]["status"];
	tools: string[];
	/** `needed` where somebody has to sign in there before it has tools. */
	sign_in?: "needed" | "done";
}

/** Where plugins are, and how they are run. */
export interface PluginDeps extends SandboxDeps {
	/** The folder whose folders are plugins, directly below the data folder. */
	folder: string;
}

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
	/** Makes the assistant say something of its own accord. */
	announce?(announcement: Announcement): void;
	/** Environment of the processes: what programs need and none of our secrets. */
	childEnv: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
	/** Milliseconds between health checks; 3,000 by default. */
	healthIntervalMs?: number;
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
	/** Takes the parameters the person came back with, and the server's tools. Throws `forbidden` for another browser. */
	finish(answer: URLSearchParams, browser: string | undefined): Promise<{ server: string; by: Principal }>;
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

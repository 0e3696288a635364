import type { SystemStatus, UpstreamClient } from "../contract/index.ts";
import type { Limits } from "../limits/index.ts";

/** A program that is an MCP server over its standard input and output. */
export interface Launch {
	command: string;
	args: readonly string[];
	/** Added to what programs get anyway. */
	env: Readonly<Record<string, string>>;
	/** How much of the machine it may use; all of it without. */
	limits?: Limits;
}

/** How a program is started, as it is written down: of its environment the names, the values are kept as secrets are. */
export interface KeptLaunch {
	command: string;
	args: readonly string[];
	variables?: readonly string[];
	/** Its environment as versions before this one wrote it down. */
	env?: Readonly<Record<string, string>>;
}

/** Where a replica is: at an address, or started by a command. */
export interface Place {
	url: string;
	launch?: Launch;
	/** What is written down of how it is started. */
	kept?: KeptLaunch;
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
	launch?: KeptLaunch | null;
}

/** Where registrations outlive the process. */
export interface RegistrationStore {
	list(): Promise<Registration[]>;
	/** Adds a replica, or replaces the one of that name and url. */
	save(registration: Registration): Promise<void>;
	/** Takes out every replica of the name. */
	remove(name: string): Promise<void>;
	/** Makes sure that nothing can be read any more of what was there before and is not now. */
	scrub(): Promise<void>;
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

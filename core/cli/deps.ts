import { builtInServers } from "../../servers/index.ts";
import { type Config, loadConfig } from "../config/index.ts";
import { printable } from "../text/index.ts";
import { type Client, openClient, type SignedIn, signIn } from "./client.ts";

/**
 * What every command of `aios` is made with. Results go to stdout by `print`, everything else to stderr by `note`; what
 * strangers wrote (a name that was tried at the door, a tool's description) gives the terminal no orders.
 */
export interface CliDeps {
	settings(): Promise<Config>;
	/** The running assistant, signed in. Throws `unavailable` where none answers. */
	client(): Promise<Client>;
	/** The running assistant, signed in by password. Throws `unauthenticated`, `rate_limited`. */
	signIn(username: string, password: string): Promise<SignedIn>;
	print(text: string): void;
	note(text: string): void;
	/** Aborted on Ctrl-C. */
	signal: AbortSignal;
}

export interface CliOptions {
	/** Address of the assistant; the one in the settings when absent. */
	url?: string;
	/** An API key; the data folder's own when absent. */
	key?: string;
}

/** `options` is asked late: the command line is read after the commands are registered. */
export function createDeps(options: () => CliOptions, signal: AbortSignal): CliDeps {
	const sections = Object.fromEntries(
		Object.entries(builtInServers).map(([name, load]) => [name, async () => (await load()).settings] as const),
	);
	const settings = () => loadConfig({ sections });
	return {
		settings,
		client: async () => openClient(await settings(), options(), signal),
		signIn: async (username, password) => signIn(await settings(), options(), { username, password }, signal),
		print: (text) => process.stdout.write(`${printable(text)}\n`),
		note: (text) => process.stderr.write(`${printable(text)}\n`),
		signal,
	};
}

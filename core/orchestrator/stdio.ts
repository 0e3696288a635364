import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { AiosError, type Clock, type Logger } from "../contract/index.ts";
import { watchLimits } from "../limits/index.ts";
import { type Connection, ConnectionLost } from "./connection.ts";
import { connectOver } from "./mcp-client.ts";
import { linesOf, logLine } from "./program-log.ts";
import type { Launch } from "./registration.ts";

/** First wait before a program is started again, in milliseconds; doubled with every end in a row. */
const firstWaitMs = 250;
const longestWaitMs = 30_000;
/** A program that ran this long counts as sound: its next end begins from the first wait again. */
const soundMs = 30_000;
/** A program that missed this many checks in a row hangs, and is started anew. */
const missedToRestart = 3;

export interface StdioDeps {
	name: string;
	launch: Launch;
	/** What it gets of its own, asked for each time it is started. */
	environment(): Promise<Readonly<Record<string, string>>>;
	/** What programs need of our environment, and none of our secrets. */
	childEnv: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
	onToolsChanged(): void;
}

/** How a program is shown where other servers have an address; its environment may hold secrets and is left out. */
export function stdioUrl({ command, args }: Pick<Launch, "command" | "args">): string {
	return `stdio:${[command, ...args].map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(" ")}`;
}

/**
 * A line to an MCP server that is a program of this machine, spoken to over its standard input and output. It is started
 * when first needed, watched by {@link Connection.check}, and started again with growing waits when it ends or hangs.
 */
export function createStdioConnection(deps: StdioDeps): Connection {
	const { name, launch, clock, log } = deps;
	let opening: Promise<Connection> | undefined;
	let last: Connection | undefined;
	let failures = 0;
	let endedAt = 0;
	let waitMs = 0;
	let startedAt = 0;
	let missed = 0;
	let closed = false;
	/** How often it was started. */
	let lives = 0;
	/** Why it was ended by us, or not started, as a sentence. */
	let why: string | undefined;
	let unwatch: (() => void) | undefined;

	function ended(): void {
		if (opening === undefined) return;
		opening = undefined;
		unwatch?.();
		unwatch = undefined;
		missed = 0;
		if (closed) return;
		const now = clock.now().getTime();
		if (now - startedAt > soundMs) failures = 0;
		endedAt = now;
		waitMs = Math.min(firstWaitMs * 2 ** failures, longestWaitMs);
		failures += 1;
		log.warn("a server's program ended", { server: name, ...(why === undefined ? {} : { why }) });
	}

	function launched(env: Readonly<Record<string, string>>): StdioClientTransport {
		const { command, args, limits } = launch;
		why = undefined;
		const transport = new StdioClientTransport({
			command,
			args: [...args],
			env: { ...deps.childEnv, ...env },
			stderr: "pipe",
		});
		const take = linesOf((line) => logLine(log, name, line));
		transport.stderr?.on("data", take);
		if (limits !== undefined) {
			unwatch?.();
			const onOver = (reason: string) => {
				why = reason;
			};
			unwatch = watchLimits({ pid: () => transport.pid ?? undefined, limits, clock, onOver });
		}
		return transport;
	}

	async function start(): Promise<Connection> {
		const env = await deps.environment().catch((thrown) => {
			why = `${launch.command} is not started. ${AiosError.from(thrown).message}`;
			throw thrown;
		});
		const open = await connectOver({
			place: stdioUrl(launch),
			endpoint: undefined,
			mode: "auto",
			open: () => launched(env),
			onToolsChanged: deps.onToolsChanged,
			onClose: ended,
		});
		last = open;
		lives += 1;
		// What was started anew may not be what it was.
		if (lives > 1) deps.onToolsChanged();
		return open;
	}

	async function line(): Promise<Connection> {
		if (closed) throw new ConnectionLost(`${name} is being taken out.`, false);
		const passed = clock.now().getTime() - endedAt;
		if (opening === undefined && passed >= 0 && passed < waitMs) {
			const ended = why ?? `The program of ${name} ended.`;
			throw new ConnectionLost(`${ended} It is started again shortly.`, false);
		}
		startedAt = opening === undefined ? clock.now().getTime() : startedAt;
		opening ??= start();
		const made = opening;
		try {
			return await made;
		} catch (cause) {
			if (opening === made) ended();
			const reason = why ?? `The program ${launch.command} does not answer as an MCP server.`;
			throw new ConnectionLost(reason, false, cause);
		}
	}

	return {
		listTools: async (token) => (await line()).listTools(token),
		async call(call) {
			const open = await line();
			try {
				return await open.call(call);
			} catch (thrown) {
				if (why !== undefined && thrown instanceof ConnectionLost) throw new ConnectionLost(why, thrown.sent, thrown);
				throw thrown;
			}
		},
		keepsSession: () => last?.keepsSession?.() ?? false,
		mcp: async () => (await line()).mcp?.(),
		async check(signal) {
			const open = await line();
			try {
				await open.check?.(signal);
				missed = 0;
			} catch (thrown) {
				missed += 1;
				if (missed >= missedToRestart) {
					ended();
					void open.close().catch(() => {});
				}
				throw AiosError.from(thrown);
			}
		},
		async close() {
			closed = true;
			await (await opening?.catch(() => undefined))?.close();
		},
	};
}

import { mkdirSync } from "node:fs";
import { z } from "zod";
import {
	AiosError,
	type Logger,
	principalSchema,
	type Requirement,
	replySchema,
	type ServerDefinition,
	type ServerDeps,
	type SpeechEngines,
	systemClock,
	type Tracer,
} from "../contract/index.ts";
import { createAsker, createLines, type Lines, openSoundLines, toProcessSchema } from "../ipc/index.ts";
import { createServerApp, loopbackHosts, permit, type ServerApp, type ServerAppDeps } from "../surface/index.ts";
import { digest } from "../text/index.ts";
import { createRemoteAuthenticator } from "./credentials.ts";
import { permitDirect } from "./direct.ts";
import { createLineLogger } from "./log.ts";
import { type Start, startSchema } from "./start.ts";
import { openTraces } from "./traces.ts";

/** Seconds a stranger may take to send a request or to say nothing. */
const strangerSeconds = 40;
/** Calls being answered have this long to finish once the process was told to end, in milliseconds. */
const drainMs = 4_500;

export interface ServerProcessDeps {
	load(): Promise<ServerDefinition>;
	/** Makes the speech engines and serves them to the main process; the voice server's alone. */
	speech?(start: Start, lines: Lines, log: Logger, tracer: Tracer | undefined): Promise<SpeechEngines>;
}

/**
 * Runs one server in this process: waits for `start` from the main process, serves on its own port, says when it is
 * ready, drains when told to, and ends when the main process is gone.
 */
export function runServerProcess({ load, speech }: ServerProcessDeps): void {
	if (process.send === undefined) {
		process.stderr.write("This is started by AIOS itself; `aios serve NAME` starts one server alone.\n");
		process.exit(2);
	}
	const lines = createLines((message) => process.send?.(message));
	const control = lines.channel("control");
	let stop: (() => Promise<void>) | undefined;
	let stopping = false;
	const end = async () => {
		if (stopping) return;
		stopping = true;
		setTimeout(() => process.exit(1), drainMs + 1_000).unref();
		await stop?.();
		process.exit(0);
	};
	process.on("message", (message) => lines.receive(message));
	process.on("disconnect", () => process.exit(0));
	process.on("SIGTERM", end);
	control.onMessage(async (raw) => {
		const message = toProcessSchema.safeParse(raw);
		if (!message.success) return;
		if (message.data.type === "drain") return end();
		try {
			const start = startSchema.parse(message.data);
			const started = await startOverIpc(await load(), start, lines, speech);
			stop = started.stop;
			control.post({ type: "ready", port: started.port, requirements: await started.requirements() });
		} catch (thrown) {
			control.post({ type: "failed", message: AiosError.from(thrown).message });
			setTimeout(() => process.exit(1), 50);
		}
	});
}

export interface ServerParts extends Pick<ServerAppDeps, "authenticate" | "authorize" | "record"> {
	definition: ServerDefinition;
	start: Omit<Start, "type" | "parts">;
	engines: SpeechEngines | undefined;
	/** What the main process does for a server; absent where there is none. */
	main?: Pick<ServerDeps, "command" | "announce" | "listen">;
	log: Logger;
	tracer?: Tracer;
	/** See {@link strangerSeconds}. */
	idleSeconds?: number;
}

export interface StartedServer {
	port: number;
	requirements(): Promise<Requirement[]>;
	/** Lets calls finish, then closes everything. */
	stop(): Promise<void>;
}

/** Starts one server on its port. Throws AiosError: `conflict` for a taken port, or what its adapters threw. */
export async function startServer({
	definition,
	start,
	engines,
	main = {},
	log,
	tracer,
	idleSeconds = strangerSeconds,
	...doors
}: ServerParts): Promise<StartedServer> {
	mkdirSync(start.dataDir, { recursive: true, mode: 0o700 });
	const adapters: unknown = await definition.adapters({
		settings: (definition.settings ?? z.object({})).parse(start.settings ?? {}),
		dataDir: start.dataDir,
		childEnv: start.childEnv,
		folders: start.folders,
		clock: systemClock,
		log,
		speech: engines,
		...main,
	});
	const hosts = [...loopbackHosts, ...start.hosts];
	const server = createServerApp({ ...doors, definition, adapters, version: start.version, hosts, log, tracer });
	const listening = listen(server.app, start, idleSeconds);
	return {
		port: listening.port ?? start.port,
		requirements: async () => (await definition.requirements?.(adapters)) ?? [],
		async stop() {
			const until = Date.now() + drainMs;
			while (server.inflight() > 0 && Date.now() < until) await Bun.sleep(20);
			await listening.stop(true);
			await server.close();
			await closeAdapters(adapters);
			await engines?.close();
		},
	};
}

/** The same with the main process on the other side of the IPC, which says who a caller is and takes commands. */
async function startOverIpc(
	definition: ServerDefinition,
	start: Start,
	lines: Lines,
	speech: ServerProcessDeps["speech"],
): Promise<StartedServer> {
	const log = createLineLogger(start.logLevel, { server: definition.name });
	const ask = createAsker(lines.channel("main"));
	const traces = await openTraces({ ...start, server: definition.name }, log);
	const tracer = traces?.tracer;
	const { authenticate, carries } = createRemoteAuthenticator({
		ask: async (credential) => principalSchema.parse(await ask({ type: "authenticate", credential })),
		clock: systemClock,
	});
	const server = await startServer({
		definition,
		start,
		log,
		tracer,
		engines: await speech?.(start, lines, log, tracer),
		authenticate,
		authorize: (user, tool) => (carries(user) ? permit : permitDirect)(user, tool),
		record({ user, tool, input, error }) {
			if (carries(user)) return undefined;
			return ask({ type: "audit", user, tool: tool.name, digest: digest(input), code: error?.code });
		},
		main: {
			...(speech === undefined ? {} : { listen: openSoundLines(lines.channel("sound")) }),
			command: async (text, session, user, signal) =>
				replySchema.parse(await ask({ type: "command", text, session, user, traceparent: tracer?.current() }, signal)),
			announce: (announcement) =>
				void ask({ type: "announce", announcement }).catch((error) =>
					log.warn("an announcement was lost", { error: String(error) }),
				),
		},
	});
	return {
		...server,
		async stop() {
			await server.stop();
			await traces?.close();
		},
	};
}

function listen(app: ServerApp["app"], { port, host }: Pick<Start, "port" | "host">, idleTimeout: number) {
	try {
		return Bun.serve({
			port,
			hostname: host,
			idleTimeout,
			// Tools have deadlines of their own.
			fetch: (request, server) => app.fetch(request, { stay: () => server.timeout(request, 0) }),
		});
	} catch (cause) {
		throw new AiosError("conflict", `Port ${port} is taken by another program.`, {
			fix: "Close it, or choose other ports with AIOS_SERVER_PORTS.",
			cause,
		});
	}
}

async function closeAdapters(adapters: unknown): Promise<void> {
	if (typeof adapters !== "object" || adapters === null || !("close" in adapters)) return;
	if (typeof adapters.close === "function") await adapters.close();
}

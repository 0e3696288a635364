import type { Subprocess } from "bun";
import { AiosError, type Clock, type Logger, type Requirement, type ServerStatus } from "../contract/index.ts";
import { createLines, fromProcessSchema, type Lines } from "../ipc/index.ts";
import type { ProcessServer } from "./parts.ts";
import { linesOf, logLine } from "./program-log.ts";

/** First wait before a restart, in milliseconds; doubled with every further failure, up to {@link longestWaitMs}. */
const firstWaitMs = 250;
const longestWaitMs = 30_000;
/** A process that ran this long counts as sound: its next failure starts from the first wait again. */
const soundMs = 30_000;
/** Longest a process may take to say that it is ready: models are loaded meanwhile. */
const startLimitMs = 60_000;
/** Time a process has to finish its calls before it is told to end, and then before it is ended. */
const drainMs = 5_000;
const termMs = 2_000;
/** Lines of a process's own output remembered as the reason of a crash. */
const rememberedLines = 20;

export interface ProcessDeps {
	server: ProcessServer;
	port: number;
	childEnv: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
	/** Called on every change of state. */
	onChange(): void;
	/** Called when a process answers at `url`; it counts as healthy once this resolves. */
	onReady(lines: Lines, url: string): Promise<void>;
}

export interface SupervisedProcess {
	status(): ServerStatus;
	/** Why it is not healthy, as a sentence. */
	reason(): string | undefined;
	/** Where it answers; undefined while it does not run. */
	url(): string | undefined;
	pid(): number | undefined;
	requirements(): Requirement[];
	/** Takes what the process said it needs of its surroundings when it was last asked. */
	needs(found: Requirement[]): void;
	/** Starts it; resolves when it is ready or has failed once. */
	start(): Promise<void>;
	/** Ends a process that no longer answers; it is started anew. */
	restart(reason: string): void;
	/** Lets it finish its calls and ends it, for good. */
	stop(): Promise<void>;
}

/** Keeps one process running: starts it, hears when it is ready, and starts it anew with growing waits when it ends. */
export function superviseProcess(deps: ProcessDeps): SupervisedProcess {
	const { server, clock, log } = deps;
	let child: Subprocess | undefined;
	let lines: Lines | undefined;
	let status: ServerStatus = "stopped";
	let reason: string | undefined;
	let port: number | undefined;
	let requirements: Requirement[] = [];
	let failures = 0;
	let startedAt = 0;
	let stopping = false;
	let cancelRestart: (() => void) | undefined;
	let settleStart: (() => void) | undefined;
	/** Resolves once the end of the running process has been taken note of. */
	let gone = Promise.withResolvers<void>();
	let killReason: string | undefined;
	let failure: string | undefined;

	function become(next: ServerStatus, why?: string): void {
		status = next;
		reason = why;
		deps.onChange();
	}

	function spawn(): void {
		cancelRestart = undefined;
		failure = undefined;
		killReason = undefined;
		become("starting", failures === 0 ? undefined : "It is being restarted.");
		startedAt = clock.now().getTime();
		gone = Promise.withResolvers();
		const output: string[] = [];
		const [command, ...rest] = server.command;
		if (command === undefined) throw new Error(`the server ${server.name} has no command`);
		const process = Bun.spawn([command, ...rest], {
			env: { ...deps.childEnv },
			stdio: ["ignore", "pipe", "pipe"],
			serialization: "advanced",
			// A group of its own: Ctrl-C in the terminal reaches only us, who then let it finish; and it can be ended whole.
			detached: true,
			ipc: (message) => own.receive(message),
			onExit: (exited, code, signal) => ended(exited, own, code, signal, output),
		});
		const own = createLines((message) => {
			if (process.exitCode !== null || process.killed) return;
			try {
				process.send(message);
			} catch (error) {
				log.debug("a message to a process was lost: it is ending", { error: String(error) });
			}
		});
		child = process;
		lines = own;
		void follow(process.stdout, output);
		void follow(process.stderr, output);
		const control = own.channel("control");
		control.onMessage((raw) => heard(raw, own));
		control.post({ ...server.start, type: "start", port: deps.port });
		const cancelLimit = clock.after(startLimitMs, () => {
			if (child === process && status === "starting") end("It did not become ready in time.");
		});
		own.channel("control").onClose(cancelLimit);
	}

	function heard(raw: unknown, own: Lines): void {
		const message = fromProcessSchema.safeParse(raw);
		if (!message.success || own !== lines) return;
		if (message.data.type === "failed") {
			failure = message.data.message;
			return;
		}
		requirements = message.data.requirements;
		void ready(own, message.data.port);
	}

	async function ready(own: Lines, at: number): Promise<void> {
		try {
			await deps.onReady(own, address(at));
		} catch (thrown) {
			if (own === lines) end(`It started but does not answer: ${AiosError.from(thrown).message}`);
			return;
		}
		if (own !== lines) return;
		port = at;
		become("healthy");
		settleStart?.();
	}

	async function follow(stream: ReadableStream<Uint8Array>, output: string[]): Promise<void> {
		const take = linesOf((line) => {
			logLine(log, server.name, line);
			output.push(line);
			if (output.length > rememberedLines) output.shift();
		});
		for await (const chunk of stream) take(chunk);
	}

	function ended(
		exited: Subprocess,
		own: Lines,
		code: number | null,
		signal: number | string | null,
		output: string[],
	): void {
		own.close();
		if (child !== exited) return;
		sweep(exited.pid);
		child = undefined;
		lines = undefined;
		port = undefined;
		gone.resolve();
		if (stopping) {
			become("stopped");
			settleStart?.();
			return;
		}
		if (clock.now().getTime() - startedAt > soundMs) failures = 0;
		const wait = Math.min(firstWaitMs * 2 ** failures, longestWaitMs);
		failures += 1;
		const how =
			killReason ?? failure ?? `It ended unexpectedly (${signal === null ? `code ${code}` : `signal ${signal}`}).`;
		log.error("a server's process ended", { server: server.name, how, output: output.slice(-5) });
		become(
			"unhealthy",
			`${how.replace(/[^.!?]$/, "$&.")} It is restarted in ${wait < 1_000 ? `${wait} ms` : `${wait / 1000} s`}.`,
		);
		cancelRestart = clock.after(wait, spawn);
		settleStart?.();
	}

	/** Whatever the process started and left in its group goes with it. */
	function sweep(pid: number): void {
		try {
			globalThis.process.kill(-pid, "SIGKILL");
		} catch {
			// Nothing was left.
		}
	}

	function end(why: string): void {
		killReason = why;
		child?.kill("SIGKILL");
	}

	return {
		status: () => status,
		reason: () => reason,
		url: () => (port === undefined ? undefined : address(port)),
		pid: () => child?.pid,
		requirements: () => requirements,
		needs(found) {
			const same = JSON.stringify(found) === JSON.stringify(requirements);
			requirements = found;
			if (!same) deps.onChange();
		},
		start() {
			stopping = false;
			return new Promise((resolve) => {
				settleStart = resolve;
				spawn();
			});
		},
		restart: (why) => end(why),
		async stop() {
			stopping = true;
			cancelRestart?.();
			const running = child;
			if (running === undefined) return become("stopped");
			lines?.channel("control").post({ type: "drain" });
			if (await within(gone.promise, drainMs, clock)) return;
			running.kill("SIGTERM");
			if (await within(gone.promise, termMs, clock)) return;
			running.kill("SIGKILL");
			await gone.promise;
		},
	};
}

function address(port: number): string {
	return `http://127.0.0.1:${port}`;
}

function within(promise: Promise<void>, ms: number, clock: Clock): Promise<boolean> {
	return new Promise((resolve) => {
		const cancel = clock.after(ms, () => resolve(false));
		void promise.then(() => {
			cancel();
			resolve(true);
		});
	});
}

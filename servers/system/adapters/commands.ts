import { type ChildProcess, spawn } from "node:child_process";
import { AiosError, type Clock } from "../../../core/contract/index.ts";
import { Output } from "../../../core/streams/index.ts";

/** A command that was started here. */
export interface RunningCommand {
	id: string;
	owner: string;
	argv: readonly string[];
	started: Date;
	status: "running" | "exited" | "terminated" | "timeout" | "failed";
	exitCode?: number;
	/** Both streams as they came, for reading on. */
	stdout: Output;
	stderr: Output;
	pid: number | undefined;
	ended: Promise<void>;
}

/** Commands run for people, each reachable by the one who started it. */
export interface Commands {
	/** Starts `argv` without a shell. Throws `not_found` where the program does not exist, `busy` at the limit. */
	start(options: { owner: string; argv: readonly string[]; cwd: string; timeoutMs: number }): RunningCommand;
	/** The one of that id, or a person's newest: one that runs, where any does. Throws `not_found`. */
	get(owner: string, id?: string): RunningCommand;
	/** A person's, oldest first. */
	of(owner: string): RunningCommand[];
	write(command: RunningCommand, text: string, end: boolean): void;
	/** Asks it and its children to end, and makes them after two seconds. */
	terminate(command: RunningCommand, status?: "terminated" | "timeout"): void;
	close(): Promise<void>;
}

/** Commands kept after they ended, and running at once, for one person. */
const keep = 50;
const atOnce = 20;
const graceMs = 2_000;

interface Deps {
	env: Readonly<Record<string, string>>;
	clock: Clock;
}

/** Runs each command as the leader of its own group, so that what it starts ends with it. */
export function createCommands({ env, clock }: Deps): Commands {
	const commands = new Map<string, { command: RunningCommand; child: ChildProcess }>();
	const mine = (owner: string) => [...commands.values()].filter(({ command }) => command.owner === owner);

	const makeRoom = (owner: string) => {
		const all = mine(owner);
		if (all.filter(({ command }) => command.status === "running").length >= atOnce) {
			throw new AiosError("busy", `${atOnce} commands are running already.`, { fix: "Terminate one of them first." });
		}
		const oldest = all.find(({ command }) => command.status !== "running");
		if (all.length >= keep && oldest !== undefined) commands.delete(oldest.command.id);
	};

	const signalGroup = (child: ChildProcess, signal: NodeJS.Signals) => {
		if (child.pid === undefined) return;
		if (process.platform === "win32") {
			spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { stdio: "ignore" });
			return;
		}
		try {
			process.kill(-child.pid, signal);
		} catch {
			// The group is gone already, which is what was asked for.
		}
	};

	const terminate: Commands["terminate"] = (command, status = "terminated") => {
		const entry = commands.get(command.id);
		if (entry === undefined || command.status !== "running") return;
		command.status = status;
		signalGroup(entry.child, "SIGTERM");
		const cancel = clock.after(graceMs, () => signalGroup(entry.child, "SIGKILL"));
		void command.ended.then(cancel);
	};

	return {
		start({ owner, argv, cwd, timeoutMs }) {
			makeRoom(owner);
			const [program = "", ...args] = argv;
			const path = Bun.which(program, { PATH: env.PATH ?? "", cwd });
			if (path === null) {
				throw new AiosError("not_found", `There is no program ${program} on this machine.`, {
					fix: "Check its name, or install it.",
				});
			}
			const child = spawn(path, args, { cwd, env: { ...env }, detached: process.platform !== "win32", argv0: program });
			const command: RunningCommand = {
				id: crypto.randomUUID().slice(0, 8),
				owner,
				argv,
				started: clock.now(),
				status: "running",
				stdout: new Output(),
				stderr: new Output(),
				pid: child.pid,
				ended: Promise.resolve(),
			};
			for (const stream of ["stdout", "stderr"] as const) {
				const decoder = new TextDecoder();
				child[stream].on("data", (bytes: Uint8Array) =>
					command[stream].append(decoder.decode(bytes, { stream: true })),
				);
			}
			child.stdin.on("error", () => {});
			const cancelDeadline = clock.after(timeoutMs, () => terminate(command, "timeout"));
			command.ended = new Promise<void>((resolve) => {
				child.once("close", (code) => {
					if (code !== null) command.exitCode = code;
					if (command.status === "running") command.status = "exited";
					resolve();
				});
				child.once("error", (error) => {
					command.status = "failed";
					command.stderr.append(error.message);
					resolve();
				});
			}).finally(cancelDeadline);
			commands.set(command.id, { command, child });
			return command;
		},
		get(owner, id) {
			const own = mine(owner).map(({ command }) => command);
			const newest = own.findLast(({ status }) => status === "running") ?? own.at(-1);
			const found = id === undefined ? newest : own.find((command) => command.id === id);
			if (found !== undefined) return found;
			throw new AiosError("not_found", id === undefined ? "No command was run yet." : `There is no command ${id}.`, {
				fix: `The last ${keep} commands are kept until AIOS stops.`,
			});
		},
		of: (owner) => mine(owner).map(({ command }) => command),
		write(command, text, end) {
			const stdin = commands.get(command.id)?.child.stdin;
			if (command.status !== "running" || stdin === null || stdin === undefined || stdin.writableEnded) {
				throw new AiosError("conflict", "The command takes no more input: it has ended or its input was closed.");
			}
			if (text !== "") stdin.write(text);
			if (end) stdin.end();
		},
		terminate,
		async close() {
			for (const { command } of commands.values()) terminate(command);
			await Promise.all([...commands.values()].map(({ command }) => command.ended));
		},
	};
}

import { AiosError } from "../../../core/contract/index.ts";
import { Output } from "../../../core/streams/index.ts";
import type { Runner } from "./project.ts";

export interface Executed {
	code: number | null;
	/** Both streams as they came. */
	output: string;
}

export interface ExecuteOptions {
	cwd: string;
	env: Readonly<Record<string, string>>;
	signal: AbortSignal;
	/** Gets what is printed, as it comes. */
	onText?: ((text: string) => void) | undefined;
}

/** Text of one run that is read for results. */
const readCharacters = 4_000_000;

/** How long what is to stop may take to clear up (git takes its locks away) before it is made to. */
const graceMs = 1_500;

/**
 * Runs a project's own program in its folder, as the leader of a process group that is ended as a whole with the signal.
 * Throws `missing_part` where it is not installed, and what the signal was aborted with.
 */
export async function execute(runner: Runner, { cwd, env, signal, onText }: ExecuteOptions): Promise<Executed> {
	const [program = "", ...args] = runner.argv;
	const path = Bun.which(program, { PATH: env.PATH ?? "" });
	if (path === null) {
		throw new AiosError("missing_part", `${runner.name} is not installed in this project.`, {
			spoken: `${runner.name} is not installed.`,
			fix: "Install the project's dependencies and try again.",
		});
	}
	signal.throwIfAborted();
	const child = Bun.spawn([path, ...args], {
		cwd,
		env: { NO_COLOR: "1", ...env },
		stdin: "ignore",
		stdout: "pipe",
		stderr: "pipe",
		detached: process.platform !== "win32",
	});
	const output = new Output(readCharacters);
	const readers = [child.stdout, child.stderr].map((stream) => stream.getReader());
	const read = async (reader: (typeof readers)[number]) => {
		const decoder = new TextDecoder();
		for (let part = await reader.read(); !part.done; part = await reader.read()) {
			const text = decoder.decode(part.value, { stream: true });
			output.append(text);
			onText?.(text);
		}
	};
	const timers: ReturnType<typeof setTimeout>[] = [];
	const stop = () => {
		kill(child.pid, "SIGTERM");
		timers.push(setTimeout(kill, graceMs, child.pid, "SIGKILL"));
	};
	// What it leaves behind may hold its pipes open for as long as it likes.
	const leave = () => {
		for (const reader of readers) void reader.cancel();
	};
	signal.addEventListener("abort", stop, { once: true });
	void child.exited.then(() => timers.push(setTimeout(leave, graceMs)));
	await Promise.all([...readers.map(read), child.exited]);
	for (const timer of timers) clearTimeout(timer);
	signal.removeEventListener("abort", stop);
	if (signal.aborted) kill(child.pid, "SIGKILL");
	signal.throwIfAborted();
	return { code: child.exitCode, output: output.read(0, readCharacters).text };
}

/** Signals a process with all of its group. */
function kill(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(process.platform === "win32" ? pid : -pid, signal);
	} catch {
		// It has just ended by itself.
	}
}

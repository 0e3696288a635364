import { AiosError } from "../../../core/contract/index.ts";
import { Output } from "../../../core/streams/index.ts";
import type { Runner } from "./project.ts";

export interface Executed {
	code: number | null;
	/** Both streams as they came. */
	output: string;
}

/** Text of one run that is read for results. */
const readCharacters = 4_000_000;

/** Runs a project's own program in its folder. Throws `missing_part` where it is not installed. */
export async function execute(
	runner: Runner,
	options: { cwd: string; env: Readonly<Record<string, string>>; signal: AbortSignal; onLine?(line: string): void },
): Promise<Executed> {
	const [program = "", ...args] = runner.argv;
	const path = Bun.which(program, { PATH: options.env.PATH ?? "" });
	if (path === null) {
		throw new AiosError("missing_part", `${runner.name} is not installed in this project.`, {
			spoken: `${runner.name} is not installed.`,
			fix: "Install the project's dependencies and try again.",
		});
	}
	options.signal.throwIfAborted();
	const child = Bun.spawn([path, ...args], {
		cwd: options.cwd,
		env: { ...options.env, CI: "true", NO_COLOR: "1" },
		stdin: "ignore",
		stdout: "pipe",
		stderr: "pipe",
		detached: process.platform !== "win32",
	});
	const stop = () => {
		try {
			process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
		} catch {
			// It has just ended by itself.
		}
	};
	options.signal.addEventListener("abort", stop, { once: true });
	const output = new Output();
	const read = async (stream: ReadableStream<Uint8Array>) => {
		const decoder = new TextDecoder();
		for await (const bytes of stream) {
			const text = decoder.decode(bytes, { stream: true });
			output.append(text);
			const line = text.trimEnd().split("\n").at(-1);
			if (line !== undefined && line !== "") options.onLine?.(line);
		}
	};
	await Promise.all([read(child.stdout), read(child.stderr), child.exited]);
	options.signal.removeEventListener("abort", stop);
	options.signal.throwIfAborted();
	return {
		code: child.exitCode,
		output: output.read(Math.max(0, output.length - readCharacters), readCharacters).text,
	};
}

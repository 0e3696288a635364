import { AiosError } from "../../../core/contract/index.ts";
import type { Sandbox, SandboxOptions } from "./sandbox.ts";

/** Runs a program to its end in the sandbox, with text on its standard input. */
export async function runConfined(
	sandbox: Sandbox,
	argv: readonly string[],
	options: SandboxOptions & { input?: string; signal: AbortSignal },
): Promise<{ code: number; stdout: string; stderr: string }> {
	const { input, signal, ...confinement } = options;
	signal.throwIfAborted();
	const child = Bun.spawn(sandbox.wrap(argv, confinement), {
		env: confinement.env,
		stdin: input === undefined ? "ignore" : new Blob([input]),
		stdout: "pipe",
		stderr: "pipe",
		signal,
		killSignal: "SIGKILL",
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	if (signal.aborted) throw AiosError.from(signal.reason);
	return { code, stdout, stderr };
}

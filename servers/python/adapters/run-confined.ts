import { AiosError } from "../../../core/contract/index.ts";
import type { Sandbox, SandboxOptions } from "./sandbox.ts";

/**
 * Runs a program to its end in the sandbox, with text on its standard input. Throws `upstream_failed` where it can't be
 * started, and as `signal` says where that aborts.
 */
export async function runConfined(
	sandbox: Sandbox,
	argv: readonly string[],
	options: SandboxOptions & { input?: string; signal: AbortSignal },
): Promise<{ code: number; stdout: string; stderr: string }> {
	const { input, signal, ...confinement } = options;
	signal.throwIfAborted();
	const child = start(sandbox.wrap(argv, confinement), {
		env: confinement.env,
		stdin: input === undefined ? "ignore" : new Blob([input]),
		signal,
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	if (signal.aborted) throw AiosError.from(signal.reason);
	return { code, stdout, stderr };
}

function start(
	argv: string[],
	options: { env: Readonly<Record<string, string>>; stdin: "ignore" | Blob; signal: AbortSignal },
) {
	try {
		return Bun.spawn(argv, { ...options, stdout: "pipe", stderr: "pipe", killSignal: "SIGKILL" });
	} catch (cause) {
		throw new AiosError("upstream_failed", `${argv[0]} could not be started.`, { cause });
	}
}

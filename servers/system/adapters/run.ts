import { AiosError } from "../../../core/contract/index.ts";

export interface Finished {
	code: number;
	stdout: string;
	stderr: string;
}

/** Runs a helper program to its end (10 s at most) with the given environment and no shell. */
export type Run = (argv: readonly string[]) => Promise<Finished>;

const helperTimeoutMs = 10_000;

/** Gives a {@link Run} whose programs see just `env`. Throws `missing_part` when the program is not installed. */
export function createRun(env: Readonly<Record<string, string>>): Run {
	return async (argv) => {
		const [program = "", ...rest] = argv;
		if (Bun.which(program, { PATH: env.PATH ?? "" }) === null) {
			throw new AiosError("missing_part", `The program ${program} is not installed.`, {
				fix: `Install ${program} and try again.`,
			});
		}
		const child = Bun.spawn([program, ...rest], {
			env: { ...env },
			stdin: "ignore",
			stdout: "pipe",
			stderr: "pipe",
			timeout: helperTimeoutMs,
			killSignal: "SIGKILL",
		});
		const [stdout, stderr, code] = await Promise.all([
			new Response(child.stdout).text(),
			new Response(child.stderr).text(),
			child.exited,
		]);
		if (child.signalCode === "SIGKILL") {
			throw new AiosError("timeout", `${program} did not answer within ${helperTimeoutMs / 1000} seconds.`);
		}
		return { code, stdout, stderr };
	};
}

/**
 * Gives text to a program that goes on in the background once it has it (a clipboard's owner), so its outputs are not
 * waited for. Throws `upstream_failed` where it exits with an error.
 */
export async function feed(
	env: Readonly<Record<string, string>>,
	argv: readonly string[],
	text: string,
): Promise<void> {
	const child = Bun.spawn([...argv], {
		env: { ...env },
		stdin: new Blob([text]),
		stdout: "ignore",
		stderr: "ignore",
		timeout: helperTimeoutMs,
	});
	const code = await child.exited;
	if (code !== 0) throw new AiosError("upstream_failed", `${argv[0]} failed (exit ${code}).`);
}

/** Like {@link Run}, but a non-zero exit throws `upstream_failed` with what the program said. */
export async function mustRun(run: Run, argv: readonly string[]): Promise<string> {
	const { code, stdout, stderr } = await run(argv);
	if (code !== 0) {
		const said = (stderr || stdout).trim().split("\n").at(-1) ?? "";
		throw new AiosError("upstream_failed", `${argv[0]} failed (exit ${code})${said === "" ? "." : `: ${said}`}`);
	}
	return stdout;
}

import { AiosError } from "../../../../core/contract/index.ts";

interface StartOptions {
	env: Readonly<Record<string, string>>;
	name: string;
	needsDisplay: boolean;
	cwd?: string;
}

/** A program that fails at once (no display, a broken library) does so within this time. */
const settleMs = 700;

/**
 * Starts a program that outlives us, and watches its first moments: one that exits with an error then is reported
 * as failed with what it said. A launcher that hands over to a running instance exits with 0, which is fine.
 */
export async function startDetached(argv: readonly string[], options: StartOptions): Promise<{ pid?: number }> {
	const { env, name } = options;
	if (options.needsDisplay && env.DISPLAY === undefined && env.WAYLAND_DISPLAY === undefined) {
		throw new AiosError("missing_part", `${name} needs a screen, and there is no display here.`, {
			fix: "Start AIOS inside a desktop session, or set DISPLAY.",
		});
	}
	const [program = "", ...rest] = argv;
	const path = Bun.which(program, { PATH: env.PATH ?? "" });
	if (path === null) {
		throw new AiosError("missing_part", `${name} can't be started: the program ${program} is not installed.`);
	}
	const child = Bun.spawn([path, ...rest], {
		env: { ...env },
		cwd: options.cwd ?? env.HOME,
		detached: true,
		stdin: "ignore",
		stdout: "ignore",
		stderr: "pipe",
	});
	child.unref();
	const exited = await Promise.race([child.exited, Bun.sleep(settleMs).then(() => undefined)]);
	if (exited === undefined) return { pid: child.pid };
	if (exited === 0) return {};
	const said = (await new Response(child.stderr).text()).trim().split("\n").at(-1) ?? "";
	throw new AiosError("upstream_failed", `${name} stopped at once (exit ${exited})${said === "" ? "." : `: ${said}`}`, {
		spoken: `${name} did not start.`,
	});
}

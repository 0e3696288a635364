import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AiosError, type Logger, type Progress } from "../../../core/contract/index.ts";
import { createWorks, isRunning, type Work, waitFor } from "../../../core/work/index.ts";
import type { Interpreter } from "./interpreter.ts";

/** What analysing data and code needs; ranges, because each Python has its own newest version. */
const packages = [
	"numpy>=1.26,<3",
	"pandas>=2.2,<4",
	"matplotlib>=3.8,<4",
	"openpyxl>=3.1,<4",
	"pyarrow>=15",
	"ruff>=0.6",
];

/** Top-level modules the environment brings. */
export const environmentModules = ["numpy", "pandas", "matplotlib", "openpyxl", "pyarrow"] as const;

/** The shared, read-only Python environment with the packages for analysis, made at first need. */
export interface Environment {
	/** Its folder once it is complete. */
	ready(): Promise<string | undefined>;
	/**
	 * Makes it where it is missing, for everyone who waits for it; it is made on when they give up. Throws `busy` when it
	 * takes longer than `waitMs`, `unavailable` without a network.
	 */
	ensure(options: { signal: AbortSignal; progress(update: Progress): void; waitMs?: number }): Promise<string>;
	/** Stops making it. */
	close(): Promise<void>;
}

export interface EnvironmentDeps {
	folder: string;
	interpreter: Interpreter;
	env: Readonly<Record<string, string>>;
	log: Logger;
}

/** Keeps the environment below `folder`, one for each Python version. */
export function createEnvironment({ folder, interpreter, env, log }: EnvironmentDeps): Environment {
	const home = join(folder, `python-${interpreter.version}`);
	const works = createWorks<string>({ letter: "e", noun: "installation of packages", atOnce: 1 });
	let making: Work<string> | undefined;
	const waiting = new Set<(update: Progress) => void>();
	const ready = async () =>
		(await stat(join(home, "pyvenv.cfg")).catch(() => undefined)) === undefined ? undefined : home;

	const run = async (argv: string[], signal: AbortSignal): Promise<void> => {
		const child = Bun.spawn(argv, { env: { ...env }, stdin: "ignore", stdout: "ignore", stderr: "pipe", signal });
		const said = await new Response(child.stderr).text();
		if ((await child.exited) === 0) return;
		signal.throwIfAborted();
		log.warn("the analysis packages could not be installed", { said: said.slice(-2000) });
		const offline = /connection|network|resolve|Temporary failure/i.test(said);
		throw new AiosError(
			offline ? "unavailable" : "upstream_failed",
			`Python packages could not be installed: ${said.trim().split("\n").at(-1)}`,
			{
				spoken: "I could not install the packages for analysing data.",
				fix: offline ? "Connect to the network once and try again." : "See the log; on Debian, install python3-venv.",
			},
		);
	};

	const make = async (signal: AbortSignal, progress: (update: Progress) => void): Promise<string> => {
		const partial = `${home}.partial`;
		await rm(partial, { recursive: true, force: true });
		await mkdir(folder, { recursive: true, mode: 0o700 });
		progress({ progress: 0, total: packages.length + 1, message: "Making a Python environment" });
		await run([interpreter.executable, "-m", "venv", "--copies", partial], signal);
		for (const [index, name] of packages.entries()) {
			progress({
				progress: index + 1,
				total: packages.length + 1,
				message: `Installing ${name.replace(/[<>=].*$/, "")}`,
			});
			await run(
				[
					pythonOf(partial),
					"-m",
					"pip",
					"install",
					"--quiet",
					"--only-binary",
					":all:",
					"--disable-pip-version-check",
					name,
				],
				signal,
			);
		}
		await rename(partial, home);
		return home;
	};

	return {
		ready,
		async ensure({ signal, progress, waitMs = Number.POSITIVE_INFINITY }) {
			const existing = await ready();
			if (existing !== undefined) return existing;
			if (making === undefined || !isRunning(making)) {
				making = works.start("everyone", {
					source: home,
					run: ({ progress: update, signal: stopped }) => make(stopped, update),
				});
				making.onProgress = (update) => {
					for (const listener of waiting) listener(update);
				};
			}
			waiting.add(progress);
			await waitFor(making, Math.min(waitMs, 3_600_000), signal).finally(() => waiting.delete(progress));
			signal.throwIfAborted();
			if (making.result !== undefined) return making.result;
			throw making.error ?? stillMaking(making.progress);
		},
		close: works.close,
	};
}

function stillMaking({ progress, total, message }: Progress): AiosError {
	return new AiosError(
		"busy",
		`The packages for analysing are still being installed (${message}, ${progress} of ${total}).`,
		{
			spoken: "I am still installing the packages for that. Ask me again in a minute.",
			fix: "Call again in a minute: the installation goes on by itself.",
		},
	);
}

/** The interpreter of a virtual environment. */
export function pythonOf(environment: string): string {
	return process.platform === "win32" ? join(environment, "Scripts/python.exe") : join(environment, "bin/python");
}

/** True where the code uses a package that only the environment brings. */
export function needsEnvironment(code: string): boolean {
	return environmentModules.some((name) => new RegExp(`(^|\\n|;)\\s*(import|from)\\s[^\\n]*\\b${name}\\b`).test(code));
}

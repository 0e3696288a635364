import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { AiosError } from "../../../core/contract/index.ts";
import type { PythonSettings } from "./settings.ts";

/** Where a session's own folder appears inside the sandbox. */
export const workFolder = "/work";

export interface SandboxOptions {
	/** The session's scratch folder on this machine; the only place that can be written. */
	scratch: string;
	/** Folders and files shown read-only, at the same path or at another. */
	readable: readonly { from: string; to: string }[];
	network: boolean;
	env: Readonly<Record<string, string>>;
}

export interface Sandbox {
	/** "bubblewrap", or "none" where code runs with the person's own rights. */
	kind: "bubblewrap" | "none";
	/** The command line that runs `argv` confined. */
	wrap(argv: readonly string[], options: SandboxOptions): string[];
	/** A path of the scratch folder as code in the sandbox sees it. */
	inside(scratch: string): string;
}

export interface SandboxDeps {
	settings: PythonSettings;
	childEnv: Readonly<Record<string, string>>;
	platform: NodeJS.Platform;
}

/**
 * Chooses how code is confined. Throws `missing_part` where there is no sandbox and the settings do not allow running
 * without one: that choice is an administrator's, never a tool's.
 */
export function createSandbox({ settings, childEnv, platform }: SandboxDeps): Sandbox {
	const which = (program: string) => Bun.which(program, { PATH: childEnv.PATH ?? "" });
	const bubblewrap = platform === "linux" ? which("bwrap") : null;
	const limits = platform === "linux" ? which("prlimit") : null;
	if (bubblewrap !== null && limits !== null) return confined(bubblewrap, limits, settings);
	if (settings.isolation === "none") return unconfined();
	throw new AiosError("missing_part", "Code can't be run safely here: there is no sandbox on this machine.", {
		fix:
			platform === "linux"
				? "Install bubblewrap and util-linux."
				: 'An administrator can allow code to run with your own rights: set servers.python.isolation to "none".',
	});
}

/** What programs need of the system, all of it read-only. Home folders are not among it. */
const systemPaths = [
	"/usr",
	"/bin",
	"/sbin",
	"/lib",
	"/lib32",
	"/lib64",
	"/etc/ld.so.cache",
	"/etc/ld.so.conf",
	"/etc/ld.so.conf.d",
];
const configPaths = [
	"/etc/alternatives",
	"/etc/fonts",
	"/etc/localtime",
	"/etc/ssl",
	"/etc/ca-certificates",
	"/etc/mime.types",
];
const networkPaths = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"];

function confined(bubblewrap: string, limits: string, settings: PythonSettings): Sandbox {
	const megabyte = 1024 ** 2;
	return {
		kind: "bubblewrap",
		inside: () => workFolder,
		wrap(argv, { scratch, readable, network, env }) {
			const paths = [...systemPaths, ...configPaths, ...(network ? networkPaths : [])].filter(existsSync);
			return [
				limits,
				`--as=${settings.memoryMb * megabyte}`,
				`--fsize=${settings.fileMb * megabyte}`,
				"--core=0",
				"--nofile=1024",
				"--",
				bubblewrap,
				"--unshare-all",
				...(network ? ["--share-net"] : []),
				"--die-with-parent",
				"--new-session",
				"--hostname",
				"aios",
				"--uid",
				"1000",
				"--gid",
				"1000",
				"--cap-drop",
				"ALL",
				"--clearenv",
				...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
				...paths.flatMap((path) => ["--ro-bind", realpathSync(path), path]),
				"--proc",
				"/proc",
				"--dev",
				"/dev",
				"--size",
				String(512 * megabyte),
				"--tmpfs",
				"/tmp",
				...readable.flatMap(({ from, to }) => ["--ro-bind", from, to]),
				"--bind",
				scratch,
				workFolder,
				"--remount-ro",
				"/",
				"--chdir",
				workFolder,
				"--",
				// The limit on processes counts from inside the namespace, where nothing else of this user runs.
				limits,
				`--nproc=${settings.processes}`,
				"--",
				...argv,
			];
		},
	};
}

function unconfined(): Sandbox {
	return { kind: "none", inside: (scratch) => scratch, wrap: (argv) => [...argv] };
}

/** The folders a Python needs to be shown to run: its own prefix, where that is not below /usr. */
export function pythonPrefix(python: string): { from: string; to: string }[] {
	const prefix = dirname(dirname(realpathSync(python)));
	return prefix.startsWith("/usr") || !existsSync(join(prefix, "lib")) ? [] : [{ from: prefix, to: prefix }];
}

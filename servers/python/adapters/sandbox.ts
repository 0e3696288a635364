import { existsSync, realpathSync } from "node:fs";
import { lchown } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AiosError } from "../../../core/contract/index.ts";
import type { PythonSettings } from "./settings.ts";

/** Where a session's own folder appears inside the sandbox. */
export const workFolder = "/work";

export interface SandboxOptions {
	/** The session's scratch folder on this machine; besides temporary files the only place that can be written. */
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
	/** Gives the scratch folder, or a file put into it, to whom the code of that folder runs as. */
	lend(path: string, scratch: string): Promise<void>;
}

export interface SandboxDeps {
	settings: PythonSettings;
	childEnv: Readonly<Record<string, string>>;
	platform: NodeJS.Platform;
	/** Whether AIOS runs as the system's root. */
	root?: boolean;
}

/**
 * Chooses how code is confined. Throws `missing_part` where there is no sandbox and the settings do not allow running
 * without one: that choice is an administrator's, never a tool's.
 */
export function createSandbox({ settings, childEnv, platform, root = process.getuid?.() === 0 }: SandboxDeps): Sandbox {
	const which = (program: string) => Bun.which(program, { PATH: childEnv.PATH ?? "" });
	const bubblewrap = platform === "linux" ? which("bwrap") : null;
	const limits = platform === "linux" ? which("prlimit") : null;
	const drop = root ? which("setpriv") : undefined;
	if (bubblewrap !== null && limits !== null && drop !== null) {
		return confined({ bubblewrap, limits, drop, settings });
	}
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

/** User ids that nobody has: those systemd keeps for users that come and go (DynamicUser, 61184 to 65519). */
const firstUser = 61_184;
const users = 4_336;

/**
 * Whom the code of a scratch folder runs as where AIOS is root: its own user, because the kernel exempts root from the
 * limit on processes, and counts all processes of one user together.
 */
function userOf(scratch: string): number {
	return firstUser + Number(Bun.hash(scratch) % BigInt(users));
}

interface Programs {
	bubblewrap: string;
	/** prlimit. */
	limits: string;
	/** setpriv, where AIOS is root. */
	drop: string | undefined;
	settings: PythonSettings;
}

/** Namespaces, and who code is in them: mapped to 1000 in a user namespace, or, started by root, really somebody else. */
function identity(drop: string | undefined, scratch: string): { namespaces: string[]; become: string[] } {
	const apart = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"];
	if (drop === undefined) {
		const mapped = ["--unshare-user", ...apart, "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"];
		return { namespaces: mapped, become: [] };
	}
	const user = userOf(scratch);
	// What it takes to enter the folder, which is already somebody else's, and to become that somebody.
	const kept = ["CAP_DAC_OVERRIDE", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"].flatMap((name) => ["--cap-add", name]);
	const ids = [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
	return {
		namespaces: [...apart, "--cap-drop", "ALL", ...kept],
		become: [drop, ...ids, "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"],
	};
}

function confined({ bubblewrap, limits, drop, settings }: Programs): Sandbox {
	const megabyte = 1024 ** 2;
	const temporary = String(settings.temporaryMb * megabyte);
	return {
		kind: "bubblewrap",
		inside: () => workFolder,
		async lend(path, scratch) {
			if (drop !== undefined) await lchown(path, userOf(scratch), userOf(scratch));
		},
		wrap(argv, { scratch, readable, network, env }) {
			const { namespaces, become } = identity(drop, scratch);
			const paths = [...systemPaths, ...configPaths, ...(network ? networkPaths : [])].filter(existsSync);
			return [
				limits,
				`--as=${settings.memoryMb * megabyte}`,
				`--fsize=${settings.fileMb * megabyte}`,
				"--core=0",
				"--nofile=1024",
				"--",
				bubblewrap,
				...namespaces.filter((option) => !network || option !== "--unshare-net"),
				"--die-with-parent",
				"--new-session",
				"--hostname",
				"aios",
				"--clearenv",
				...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
				...foldersAbove(paths),
				...paths.flatMap((path) => ["--ro-bind", realpathSync(path), path]),
				"--proc",
				"/proc",
				"--dev",
				"/dev",
				...["/tmp", "/dev/shm"].flatMap((path) => ["--perms", "1777", "--size", temporary, "--tmpfs", path]),
				"--remount-ro",
				"/dev",
				...foldersAbove(readable.map(({ to }) => to)),
				...readable.flatMap(({ from, to }) => ["--ro-bind", from, to]),
				"--bind",
				scratch,
				workFolder,
				"--remount-ro",
				"/",
				"--chdir",
				workFolder,
				"--",
				...become,
				// The limit on processes counts where nothing else of this user runs: inside the namespace, or as its own user.
				limits,
				`--nproc=${settings.processes}`,
				"--",
				...argv,
			];
		},
	};
}

/** The folders above what is shown, made before it: what bubblewrap makes by itself only its own user may enter. */
function foldersAbove(paths: readonly string[]): string[] {
	const above = new Set<string>();
	for (const path of paths) {
		const parts = dirname(path).split("/").slice(1);
		for (let depth = 1; depth <= parts.length; depth++) above.add(`/${parts.slice(0, depth).join("/")}`);
	}
	return [...above].filter((path) => path !== "/" && path !== "/tmp").flatMap((path) => ["--dir", path]);
}

function unconfined(): Sandbox {
	return { kind: "none", inside: (scratch) => scratch, lend: async () => {}, wrap: (argv) => [...argv] };
}

/** The folders a Python needs to be shown to run: its own prefix, where that is not below /usr. */
export function pythonPrefix(python: string): { from: string; to: string }[] {
	const prefix = dirname(dirname(realpathSync(python)));
	return prefix.startsWith("/usr") || !existsSync(join(prefix, "lib")) ? [] : [{ from: prefix, to: prefix }];
}

import { existsSync, realpathSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { AiosError } from "../contract/index.ts";
import { canLimit, type Limits } from "../limits/index.ts";
import type { PluginManifest, PluginPermissions } from "./plugin-manifest.ts";
import type { Launch } from "./registration.ts";

/**
 * `sandbox`: bubblewrap, with namespaces of its own: it sees the folders and programs it was given and nothing else.
 * `own-rights`: a process of its own with the rights of whoever runs AIOS; its permissions are a promise, not a wall.
 */
export type Isolation = "sandbox" | "own-rights";

export interface SandboxDeps {
	/** The folder with `core` and `node_modules`. */
	checkout: string;
	/** What runs the plugin: a program with its arguments, to which two folders are added. */
	runtime: readonly string[];
	childEnv: Readonly<Record<string, string>>;
	platform: NodeJS.Platform;
}

export interface PluginPlace {
	/** The plugin's code. */
	folder: string;
	/** Where it may keep something. */
	dataDir: string;
}

/** Libraries and settings of the system that any program needs to start; no programs and no home folders. */
const libraries = [
	"/lib",
	"/lib32",
	"/lib64",
	"/usr/lib",
	"/usr/lib32",
	"/usr/lib64",
	"/etc/ld.so.cache",
	"/etc/localtime",
];
const zones = ["/usr/share/zoneinfo"];
const networking = [
	"/etc/resolv.conf",
	"/etc/hosts",
	"/etc/nsswitch.conf",
	"/etc/ssl",
	"/etc/ca-certificates",
	"/usr/share/ca-certificates",
];

/** Where the sandbox shows the program that sets limits: off the path, so that asking for no program means none. */
const limiter = "/aios/prlimit";
const megabyte = 1024 ** 2;

function linuxProgram(name: string, { platform, childEnv }: SandboxDeps): string | undefined {
	if (platform !== "linux") return undefined;
	return Bun.which(name, { PATH: childEnv.PATH ?? "" }) ?? undefined;
}

/** How plugins are kept apart on this machine. */
export function isolationOf(deps: SandboxDeps): Isolation {
	return linuxProgram("bwrap", deps) === undefined ? "own-rights" : "sandbox";
}

/** The command that runs a plugin with just what it was given. Throws `missing_part` for a program that is not there. */
export function launchPlugin(
	deps: SandboxDeps,
	place: PluginPlace,
	{ permissions, limits: asked }: Pick<PluginManifest, "permissions" | "limits">,
): Launch {
	const { runtime, childEnv } = deps;
	const command = [...runtime, place.folder, place.dataDir];
	const limits = canLimit(deps.platform) ? { limits: asked } : {};
	const sandbox = linuxProgram("bwrap", deps);
	if (sandbox === undefined) {
		const [program = "", ...args] = command;
		return { command: program, args, env: { HOME: place.dataDir }, ...limits };
	}
	const env = { PATH: "/usr/bin:/bin", HOME: place.dataDir, TMPDIR: "/tmp", LANG: childEnv.LANG ?? "C.UTF-8" };
	const prlimit = linuxProgram("prlimit", deps);
	const walls = prlimit === undefined ? [] : ["--dir", dirname(limiter), "--ro-bind", realpathSync(prlimit), limiter];
	const nice = linuxProgram("nice", deps);
	const [program = "", ...args] = [
		...(nice === undefined ? [] : [nice, "-n", "10"]),
		...[sandbox, ...confinement(deps, place, permissions, asked, env, walls), "--"],
		...(prlimit === undefined ? [] : [limiter, ...wallsOf(asked), "--"]),
		...command,
	];
	return { command: program, args, env: {}, ...limits };
}

/** The runtime reserves this much without using it, in MiB: heaps, and stacks of the threads it has for each processor. */
const reservedMb = 1_024;
const reservedForProcessorMb = 32;

/**
 * What the system itself refuses, for what happens between two looks at the usage: memory of one process (RLIMIT_DATA),
 * and threads, which is what RLIMIT_NPROC counts (nothing where AIOS runs as the system's root, whom it spares).
 */
function wallsOf({ memory_mb, processes }: Limits): string[] {
	const processors = availableParallelism();
	const data = (memory_mb + reservedMb + reservedForProcessorMb * processors) * megabyte;
	return [`--data=${data}`, `--nproc=${(processes + 2) * (16 + 4 * processors)}`, "--core=0"];
}

function confinement(
	{ checkout, runtime, childEnv }: SandboxDeps,
	{ folder, dataDir }: PluginPlace,
	{ folders, network, programs }: PluginPermissions,
	{ memory_mb }: Limits,
	env: Record<string, string>,
	walls: readonly string[],
): string[] {
	const scratch = (at: string) => ["--size", String(memory_mb * megabyte), "--tmpfs", at];
	const shown = (paths: readonly string[]) =>
		paths.filter(existsSync).flatMap((path) => ["--ro-bind", realpathSync(path), path]);
	const own = ["core", "node_modules", "package.json"].map((part) => join(checkout, part));
	// The plugin imports the kit as the built-in servers do: two folders up.
	const root = dirname(dirname(folder));
	return [
		"--unshare-all",
		...(network ? ["--share-net"] : []),
		...["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "plugin", "--clearenv"],
		...Object.entries(env).flatMap(([key, value]) => ["--setenv", key, value]),
		...["--proc", "/proc", "--dev", "/dev", ...scratch("/tmp"), ...scratch("/dev/shm"), ...walls],
		...shown([...libraries, ...zones, ...(network ? networking : [])]),
		...programs.flatMap((program) => programPaths(program, childEnv)),
		...shown([realpathSync(runtime[0] ?? ""), ...own]),
		...(root === checkout
			? []
			: ["--symlink", own[0] ?? "", join(root, "core"), "--symlink", own[1] ?? "", join(root, "node_modules")]),
		...["--ro-bind", folder, folder, "--bind", dataDir, dataDir],
		...folders.flatMap(({ path, write }) => [write ? "--bind-try" : "--ro-bind-try", path, path]),
		...["--remount-ro", "/", "--remount-ro", "/dev", "--chdir", dataDir],
	];
}

function programPaths(program: string, { PATH = "" }: Readonly<Record<string, string>>): string[] {
	const path = Bun.which(program, { PATH });
	if (path === null) {
		throw new AiosError("missing_part", `The plugin needs ${program}, which is not installed.`, {
			fix: `Install ${program}.`,
		});
	}
	return ["--ro-bind", realpathSync(path), `/usr/bin/${program}`];
}

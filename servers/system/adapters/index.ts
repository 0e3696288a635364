import type { Requirement, ServerDeps } from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { type Applications, createApplications } from "./applications/index.ts";
import { type Commands, createCommands } from "./commands.ts";
import { createDesktop, type Desktop } from "./desktop.ts";
import { createHost, type Host } from "./host.ts";
import { createRun, type Run } from "./run.ts";
import { createSearch, type Search } from "./search.ts";
import { moveToTrash, type Trash } from "./trash.ts";
import { createVolume, type Volume } from "./volume/index.ts";

export { findRunning, namesOfProcess, resolveApplication } from "./applications/index.ts";
export { shellCommand, splitCommand } from "./command-line.ts";
export type { RunningCommand } from "./commands.ts";
export type { ProcessInfo } from "./host.ts";
export { mustRun } from "./run.ts";
export type { Trash } from "./trash.ts";

/** The parts of this machine the system server touches. */
export interface SystemAdapters {
	host: Host;
	volume: Volume;
	applications: Applications;
	commands: Commands;
	desktop: Desktop;
	search: Search;
	folders: Folders;
	trash: Trash;
	run: Run;
	env: Readonly<Record<string, string>>;
	/** Says something of its own accord; absent where nobody hears it. */
	announce: ServerDeps["announce"];
	close(): Promise<void>;
}

/** Makes the adapters for the platform we run on; nothing is started until a tool needs it. */
export function createAdapters({ childEnv: env, folders, clock, announce }: ServerDeps): SystemAdapters {
	const run = createRun(env);
	const platform = process.platform;
	const commands = createCommands({ env, clock });
	return {
		host: createHost(),
		volume: createVolume({ platform, run, has: (program) => Bun.which(program, { PATH: env.PATH ?? "" }) !== null }),
		applications: createApplications({ platform, env, run }),
		commands,
		desktop: createDesktop({ platform, run, env }),
		search: createSearch(env),
		trash: moveToTrash,
		folders: createFolders(folders),
		run,
		env,
		announce,
		close: () => commands.close(),
	};
}

/** What of the desktop is there: a sound output, a screen, a fast search. */
export async function findRequirements({ volume, desktop, env }: SystemAdapters): Promise<Requirement[]> {
	const backend = await volume.backend();
	const screen = process.platform !== "linux" || env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined;
	return [
		backend === undefined
			? {
					name: "volume",
					ok: false,
					detail: "no sound output answers",
					fix: "Start PipeWire or PulseAudio, or install alsa-utils.",
				}
			: { name: "volume", ok: true, detail: backend },
		screen
			? { name: "display", ok: true, detail: env.DISPLAY ?? env.WAYLAND_DISPLAY ?? process.platform }
			: {
					name: "display",
					ok: false,
					detail: "no display: applications with windows can't be opened",
					fix: "Start AIOS inside a desktop session.",
				},
		...desktop.requirements(),
		Bun.which("rg", { PATH: env.PATH ?? "" }) === null
			? { name: "ripgrep", ok: true, detail: "not installed; the slower built-in search is used" }
			: { name: "ripgrep", ok: true, detail: "installed" },
	];
}

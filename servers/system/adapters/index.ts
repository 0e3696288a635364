import type { Requirement, ServerDeps } from "../../../core/contract/index.ts";
import { type Applications, createApplications } from "./applications/index.ts";
import { createHost, type Host } from "./host.ts";
import { createRun } from "./run.ts";
import { createVolume, type Volume } from "./volume/index.ts";

/** The parts of this machine the system server touches. */
export interface SystemAdapters {
	host: Host;
	volume: Volume;
	applications: Applications;
	env: Readonly<Record<string, string>>;
}

/** Makes the adapters for the platform we run on; nothing is started until a tool needs it. */
export function createAdapters({ childEnv }: ServerDeps): SystemAdapters {
	const run = createRun(childEnv);
	const platform = process.platform;
	return {
		host: createHost(),
		volume: createVolume({
			platform,
			run,
			has: (program) => Bun.which(program, { PATH: childEnv.PATH ?? "" }) !== null,
		}),
		applications: createApplications({ platform, env: childEnv, run }),
		env: childEnv,
	};
}

/** What of the desktop is there: a sound output, a screen. */
export async function findRequirements({ volume, env }: SystemAdapters): Promise<Requirement[]> {
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
	];
}

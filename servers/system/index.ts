import { defineServer } from "../../core/contract/index.ts";
import { createAdapters, findRequirements, type SystemAdapters } from "./adapters/index.ts";
import { launchApplication } from "./tools/launch-application.ts";
import { listProcesses } from "./tools/list-processes.ts";
import { setVolume } from "./tools/set-volume.ts";
import { systemInfo } from "./tools/system-info.ts";

/** Commands, applications, files and processes of this machine. */
export const server = defineServer<SystemAdapters>({
	name: "system",
	title: "System",
	description: "Commands, applications, files and processes of this machine.",
	port: 8002,
	tools: [systemInfo, setVolume, launchApplication, listProcesses],
	adapters: createAdapters,
	requirements: findRequirements,
});

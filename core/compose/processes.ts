import { join } from "node:path";
import { version } from "../../package.json";
import { builtInServers } from "../../servers/index.ts";
import type { Config } from "../config/index.ts";
import type { FolderAccess } from "../contract/index.ts";
import type { ProcessServer } from "../orchestrator/index.ts";

const titles: Readonly<Record<string, string>> = {
	python: "Python",
	browser: "Browser",
	system: "System",
	communication: "Communication",
	ide: "Code editor",
	github: "GitHub",
	voice: "Voice",
};
/** Servers without a setting for it run once: copies of them would get in each other's way. */
const single = { min: 1, max: 1 };

interface ProcessOptions {
	config: Config;
	childEnv: Record<string, string>;
	/** What the voice server recognises with. */
	recogniser: string;
}

/** Every server with a process of its own, as the orchestrator starts it: the voice server first, it has models to load. */
export function serverProcesses(options: ProcessOptions): ProcessServer[] {
	return Object.keys(builtInServers)
		.map((name, index) => serverProcess(name, index, options))
		.toSorted((one, other) => Number(other.name === "voice") - Number(one.name === "voice"));
}

function serverProcess(name: string, index: number, { config, childEnv, recogniser }: ProcessOptions): ProcessServer {
	const { min, max } =
		new Map<string, { min: number; max: number }>(Object.entries(config.replicas)).get(name) ?? single;
	return {
		name,
		title: titles[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " "),
		// A .env file of the folder it is started in is not the servers' business.
		command: [process.execPath, "--no-env-file", join(import.meta.dirname, "..", "serve.ts"), name],
		port: config.serverPorts === 0 ? 0 : config.serverPorts + index,
		replicas: min,
		maxReplicas: max,
		start: {
			version,
			dataDir: serverFolder(config, name),
			settings: config.servers[name],
			childEnv,
			folders: folderAccess(config),
			logLevel: config.logLevel,
			...(config.traces.endpoint === undefined ? {} : { traces: config.traces }),
			...(name === "voice" ? { parts: { speech: speechParts(config, recogniser) } } : {}),
		},
	};
}

/** Which models the voice server's process loads, and where it finds them. */
function speechParts({ modelsDir, dataDir, voice }: Config, recogniser: string) {
	return { dirs: modelsDir, dataDir, stt: recogniser, voice: voice.ttsVoice ?? "auto" };
}

/** Tools reach the folders of the settings, but never what AIOS itself keeps. */
export function folderAccess({ folders, dataDir }: Config): FolderAccess {
	return { allowed: folders, denied: [dataDir] };
}

/** What a server keeps. */
export function serverFolder(config: Config, name: string): string {
	return join(config.dataDir, "servers", name);
}

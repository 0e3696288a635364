import type { ServerDefinition } from "../core/contract/index.ts";

/** Order of the seven servers with ports of their own: the first has `AIOS_SERVER_PORTS`. */
export const portOrder = ["python", "browser", "system", "communication", "ide", "github", "voice"] as const;

/** Every server with a process of its own, by name, in the order of their ports; importing this loads none of them. */
export const builtInServers: Readonly<Record<string, () => Promise<ServerDefinition>>> = {
	python: async () => (await import("./python/index.ts")).server,
	browser: async () => (await import("./browser/index.ts")).server,
	system: async () => (await import("./system/index.ts")).server,
	communication: async () => (await import("./communication/index.ts")).server,
	ide: async () => (await import("./ide/index.ts")).server,
	github: async () => (await import("./github/index.ts")).server,
	voice: async () => (await import("./voice/index.ts")).server,
};

/** The main server runs in the main process, which gives it its ports. */
export const loadMainServer = async () => (await import("./main/index.ts")).createMainServer;

/** Serves speech engines to another process; the voice server's part. */
export const loadSpeechHost = async () => (await import("./voice/index.ts")).serveSpeech;

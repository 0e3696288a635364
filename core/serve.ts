import { z } from "zod";
import { builtInServers } from "../servers/index.ts";
import { runServerProcess, type ServerProcessDeps } from "./process/index.ts";

/** One server as a process of its own: `bun core/serve.ts NAME`, started by the main process over IPC. */
const name = process.argv[2] ?? "";
const load = Object.hasOwn(builtInServers, name) ? builtInServers[name] : undefined;
if (load === undefined) {
	process.stderr.write(
		`There is no server named ${JSON.stringify(name)}: ${Object.keys(builtInServers).join(", ")}.\n`,
	);
	process.exit(2);
}
runServerProcess({ load, ...(name === "voice" ? { speech: serveEngines } : {}) });

/** Where the voice server finds its models, and which it takes. */
const speechParts = z.object({
	speech: z.object({
		/** Folders of `AIOS_MODELS_DIR`, and the data folder. */
		dirs: z.array(z.string()),
		dataDir: z.string(),
		stt: z.string(),
		voice: z.string(),
	}),
});

/** Loads the speech engines, which live in the voice server's process alone, and serves them on the "speech" topic. */
async function serveEngines(...[start, lines, log]: Parameters<NonNullable<ServerProcessDeps["speech"]>>) {
	const [{ createSpeechEngines }, { serveSpeech }] = await Promise.all([
		import("../models/engines.ts"),
		import("../servers/voice/speech-host.ts"),
	]);
	const { dirs, dataDir, stt, voice } = speechParts.parse(start.parts).speech;
	const engines = await createSpeechEngines({ places: { dirs, dataDir }, stt, voice, log });
	serveSpeech(engines, lines.channel("speech"));
	return engines;
}

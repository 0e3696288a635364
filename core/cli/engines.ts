import { createSpeechEngines } from "../../models/engines.ts";
import type { SpeechEngines } from "../contract/index.ts";
import type { CliDeps } from "./deps.ts";

/** Runs `use` with the speech models loaded into this process: no assistant needs to be running. */
export async function withEngines<T>(deps: CliDeps, use: (engines: SpeechEngines) => Promise<T>): Promise<T> {
	const { dataDir, modelsDir, sttModel, voice } = await deps.settings();
	const engines = await createSpeechEngines({
		places: { dirs: modelsDir, dataDir },
		stt: sttModel,
		voice: voice.ttsVoice,
	});
	try {
		return await use(engines);
	} finally {
		await engines.close();
	}
}

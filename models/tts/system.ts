import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeWav } from "../../core/audio/index.ts";
import { AiosError, type SpeechVoice } from "../../core/contract/index.ts";
import { exportSpeech, hasSystemVoice } from "./say.ts";
import type { Synthesiser } from "./synthesiser.ts";

/** The system's own voice, written to a file and read back; undefined where the system has none that can do that. */
export function createSystemVoice(platform: NodeJS.Platform = process.platform): Synthesiser | undefined {
	if (!hasSystemVoice(platform)) return undefined;
	const voice: SpeechVoice = { id: "system", engine: "system", language: "en", title: "The system's voice" };
	return {
		engine: "system",
		voices: [voice],
		async *synthesize(text, { speed, signal }) {
			const dir = await mkdtemp(join(tmpdir(), "aios-voice-"));
			try {
				const file = join(dir, "speech.wav");
				await exportSpeech({ platform, text, speed, file, signal });
				const { pcm, sampleRate } = decodeWav(await readFile(file), "own");
				if (signal?.aborted) throw AiosError.from(signal.reason);
				yield { pcm, sampleRate, last: true };
			} finally {
				await rm(dir, { recursive: true, force: true });
			}
		},
		close() {},
	};
}

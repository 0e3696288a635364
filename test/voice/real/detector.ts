import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { joined } from "../../../core/audio/index.ts";
import { type SpeechEngines, windowSamples } from "../../../core/contract/index.ts";
import { spokenSentences } from "../../../core/text/index.ts";
import { findModel } from "../../../models/index.ts";
import { createEspeak } from "../../../models/tts/index.ts";
import { createSilero, type Vad } from "../../../models/vad/index.ts";
import { modelsDirs } from "../../fixtures/speech-audio.ts";
import { fakeEngines } from "../fakes/engines.ts";

/** The voice detector of the product, in this process. */
export async function openDetector(): Promise<Vad> {
	const dataDir = mkdtempSync(join(tmpdir(), "aios-detector-"));
	try {
		const found = await findModel("silero-vad", { dataDir, dirs: modelsDirs });
		if (found.engine !== "silero") throw new Error(`${found.name} is no voice detector`);
		return await createSilero({ name: found.name, model: found.files.model });
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
}

export interface SpokenSound {
	pcm: Int16Array;
	sampleRate: number;
}

/** Texts in the voice that the product always has, each with one of its voices. */
export async function spokenByEspeak(texts: readonly { text: string; voice?: string; speed?: number }[]) {
	const espeak = await createEspeak();
	const spoken: SpokenSound[] = [];
	for (const { text, voice = "espeak-en-us", speed = 1 } of texts) {
		const pieces: Int16Array[] = [];
		let rate = 0;
		for await (const { pcm, sampleRate } of espeak.synthesize(text, { voice, speed })) {
			pieces.push(pcm);
			rate = sampleRate;
		}
		spoken.push({ pcm: joined(pieces), sampleRate: rate });
	}
	espeak.close();
	return spoken;
}

/**
 * Engines that speak with the product's voice and detect voices with its detector, and whose recogniser hears the same
 * words in everything. What is to be said is made beforehand, so that nothing depends on the machine's speed.
 */
export async function detectingEngines(vad: Vad, hears: string, says: readonly string[]): Promise<SpeechEngines> {
	const sentences = [...new Set(says.flatMap(spokenSentences))];
	const sounds = await spokenByEspeak(sentences.map((text) => ({ text })));
	const engines = fakeEngines();
	return {
		...engines,
		open() {
			const scripted = engines.open();
			let listener: Parameters<typeof scripted.onActivity>[0] = () => undefined;
			let windows = 0;
			const stream = vad.open((speech) => {
				windows += 1;
				listener({ end: windows * windowSamples, speech });
			});
			return {
				...scripted,
				push: (pcm) => stream.push(pcm),
				onActivity(to) {
					listener = to;
				},
				transcribe: async () => ({ text: hears, decodeMs: 1, model: "scripted" }),
				turnComplete: async () => 0.98,
				close: () => stream.close(),
			};
		},
		async *synthesize(text) {
			const sound = sounds[sentences.indexOf(text)];
			if (sound === undefined) throw new Error(`nobody made the sound of "${text}"`);
			yield { ...sound, last: true };
		},
	};
}

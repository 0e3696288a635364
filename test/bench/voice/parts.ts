import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSpeechClient } from "../../../core/voice/speech-client.ts";
import { findModel } from "../../../models/index.ts";
import { createLogMel } from "../../../models/turn/index.ts";
import { createSilero } from "../../../models/vad/index.ts";
import { modelsDirs, someSpeech } from "../../fixtures/speech-audio.ts";
import { startSpeechChild } from "../../fixtures/speech-child.ts";
import { median } from "./recognisers.ts";

/** What the parts around recognition cost, in milliseconds, median of several runs. */
export async function partsTable(): Promise<Record<string, string>> {
	const dataDir = mkdtempSync(join(tmpdir(), "aios-bench-"));
	const child = await startSpeechChild({ stt: "moonshine-base", dataDir, modelsDirs });
	try {
		const engines = createSpeechClient({ onChannel: (opened) => opened(child.channel) });
		const longest = someSpeech().toSorted((a, b) => b.pcm.length - a.pcm.length)[0];
		if (longest === undefined) return { "nothing measured": "there is no speech to measure with" };
		const pcm = longest.pcm.slice(0, 8 * 16_000);
		const stream = engines.open();
		stream.push(pcm);
		await engines.status();
		const turn = await times(9, () => stream.turnComplete({ from: 0, to: pcm.length }));
		const asked = await stream.turnComplete({ from: 0, to: pcm.length });
		const logMel = createLogMel();
		const features = await times(9, async () => logMel(pcm));
		const found = await findModel("silero-vad", { dataDir, dirs: modelsDirs });
		if (found.engine !== "silero") return {};
		const vad = await createSilero({ name: found.name, model: found.files.model });
		const detect = await times(5, async () => {
			const detector = vad.open(() => {});
			detector.push(pcm);
			await detector.settled();
			detector.close();
		});
		await vad.close();
		const firstSound = await times(9, async () => {
			for await (const chunk of engines.synthesize("The timer for ten minutes is set.", {}))
				if (chunk.pcm.length > 0) return;
		});
		const roundTrip = await times(50, () => engines.status());
		const chunk = pcm.slice(0, 320);
		const post = await times(20, async () => {
			for (let i = 0; i < 100; i++) stream.push(chunk);
		});
		stream.close();
		const shown: Record<string, string> = {
			"voice detector, a second of sound": ms(detect / (pcm.length / 16_000)),
			"turn features, 8 s": ms(features),
			"first sound of espeak-ng": ms(firstSound),
			"round trip to the voice process": ms(roundTrip),
			"sending 20 ms of sound": ms(post / 100),
			"memory of the voice process, Moonshine base": `${((await engines.status()).residentBytes / 2 ** 20).toFixed(0)} MB`,
		};
		return asked === undefined ? shown : { ...shown, "end of turn, 8 s, features and network": ms(turn) };
	} finally {
		child.kill();
		await child.exited;
		rmSync(dataDir, { recursive: true, force: true });
	}
}

async function times(count: number, work: () => Promise<unknown>): Promise<number> {
	const spent: number[] = [];
	for (let i = 0; i < count; i++) {
		const began = performance.now();
		await work();
		spent.push(performance.now() - began);
	}
	return median(spent);
}

function ms(value: number): string {
	return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

import { OfflineTts } from "sherpa-onnx-node";
import { AiosError, type SpeechVoice } from "../../core/contract/index.ts";
import { toPcm } from "../audio/index.ts";
import type { ModelOf } from "../kinds.ts";
import { createChunkQueue } from "./chunks.ts";
import type { Synthesiser } from "./synthesiser.ts";

/**
 * A neural voice (Piper, Kitten or Kokoro) by sherpa-onnx, computed off the event loop. The model's files must have
 * been verified. Throws AiosError `missing_part` naming the folder when it cannot be loaded.
 */
export async function createSherpaVoice(model: ModelOf<{ kind: "tts" }>, threads: number): Promise<Synthesiser> {
	const tts = await OfflineTts.createAsync({
		model: { ...network(model), numThreads: threads, provider: "cpu", debug: 0 },
		maxNumSentences: 1,
	}).catch((cause: unknown) => {
		throw new AiosError("missing_part", `The voice ${model.name} in ${model.dir} cannot be loaded.`, {
			cause,
			spoken: `The voice ${model.title} cannot be loaded.`,
			fix: `Run: aios models pull ${model.name}`,
		});
	});
	const [language = "en"] = model.languages;
	const speakers = Array.from({ length: Math.max(1, tts.numSpeakers) }, (_, speaker) => speaker);
	const id = (speaker: number) => (speakers.length === 1 ? model.name : `${model.name}-${speaker}`);
	let before: Promise<unknown> = Promise.resolve();
	let closed = false;

	return {
		engine: model.engine,
		voices: speakers.map(
			(speaker): SpeechVoice => ({
				id: id(speaker),
				engine: model.engine,
				language,
				title: speakers.length === 1 ? model.title : `${model.title}: voice ${speaker + 1}`,
			}),
		),
		async *synthesize(text, { voice, speed, signal }) {
			const queue = createChunkQueue();
			const speaker = Math.max(
				0,
				speakers.findIndex((candidate) => id(candidate) === voice),
			);
			let stopped = false;
			// One sentence at a time: two at once would each be half as fast, and the first sound matters most.
			const turn = before.then(async () => {
				if (stopped || closed || signal?.aborted) return;
				let sent = 0;
				const made = await tts.generateAsync({
					text,
					sid: speaker,
					speed,
					enableExternalBuffer: false,
					onProgress({ samples }) {
						sent += samples.length;
						queue.push({ pcm: toPcm(samples), sampleRate: tts.sampleRate, last: false });
						return !stopped && !closed && !signal?.aborted;
					},
				});
				// A callback may come after the result; what it has not brought yet is taken from there.
				const rest = made.samples.subarray(sent);
				sent = made.samples.length;
				queue.push({ pcm: toPcm(rest), sampleRate: tts.sampleRate, last: true });
			});
			before = turn.catch(() => {});
			turn.catch(queue.fail);
			try {
				yield* queue.read(signal);
			} finally {
				stopped = true;
			}
		},
		async close() {
			closed = true;
			await before;
		},
	};
}

function network({ engine, files }: ModelOf<{ kind: "tts" }>) {
	if (engine === "piper") return { vits: { model: files.model, tokens: files.tokens, dataDir: files.espeakData } };
	const { model, voices, tokens, espeakData } = files;
	return { kokoro: { model, voices, tokens, dataDir: espeakData } };
}

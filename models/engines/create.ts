import { availableParallelism } from "node:os";
import { join } from "node:path";
import { AiosError, type Logger, type SpeechEngines, silentLogger } from "../../core/contract/index.ts";
import { findModel } from "../find.ts";
import type { ModelPlaces } from "../kinds.ts";
import { createSilero } from "../vad/index.ts";
import { createDecodeQueue } from "./decode-queue.ts";
import { createRecogniserSlot } from "./recognisers.ts";
import { transcribeRecording } from "./recording.ts";
import { type EngineStream, openStream } from "./stream.ts";
import { createSynthesis } from "./synthesis.ts";
import { createIdleTrim, trimMemory } from "./trim.ts";
import { createTurnSlot } from "./turns.ts";

export interface SpeechEnginesOptions {
	/** Where models are found. */
	places: ModelPlaces;
	/** The recogniser: `auto` or a name of the catalogue. */
	stt?: string;
	/** The voice: `auto` or an id of {@link SpeechEngines.voices}. */
	voice?: string;
	/** Threads of the recogniser and of neural voices; by default one a core, at most four. */
	threads?: number;
	log?: Logger;
}

/** Microphones open at once. */
const maxStreams = 64;

/**
 * Loads the speech models into this process: nothing else of value should live in it, since a native library may end
 * it. Files are verified before they are loaded. Without a recogniser, an end-of-turn model or a voice the rest works,
 * and what is missing says so when it is used. Throws AiosError `missing_part` without the voice detector.
 */
export async function createSpeechEngines(options: SpeechEnginesOptions): Promise<SpeechEngines> {
	const { places, stt = "auto", voice = "auto", log = silentLogger } = options;
	const threads = options.threads ?? Math.min(4, availableParallelism());
	const onNote = (message: string) => log.warn(message);
	const detector = await findModel("silero-vad", places);
	if (detector.engine !== "silero") throw new AiosError("internal", `${detector.name} is not a voice detector.`);
	const cacheDir = join(places.dataDir, "models", "derived");
	const [vad, recognisers, turns, synthesis] = await Promise.all([
		createSilero({ name: detector.name, model: detector.files.model }),
		createRecogniserSlot(stt, places, { threads, cacheDir, onNote }),
		createTurnSlot(places, 1, onNote),
		createSynthesis({ places, threads, voice, onNote }),
	]);
	trimMemory();
	const queue = createDecodeQueue(createIdleTrim());
	const streams = new Set<EngineStream>();
	let closed: AiosError | undefined;
	log.info("speech engines ready", { stt: recognisers.name(), tts: synthesis.name(), turn: turns.name() });

	return {
		open() {
			if (closed !== undefined) throw closed;
			if (streams.size >= maxStreams) {
				throw new AiosError("busy", "Too many microphones are open at once.", { fix: "Try again in a moment." });
			}
			const stream = openStream({
				vad,
				queue,
				recognisers,
				turn: turns.get,
				onClose: () => streams.delete(stream),
			});
			streams.add(stream);
			return stream;
		},
		synthesize: synthesis.synthesize,
		transcribeAll(pcm, signal) {
			if (closed !== undefined) return Promise.reject(closed);
			return transcribeRecording({ vad, queue, recognisers }, pcm, signal);
		},
		voices: synthesis.voices,
		async status() {
			return {
				stt: recognisers.name(),
				tts: synthesis.name(),
				vad: vad.name,
				turn: turns.name(),
				residentBytes: process.memoryUsage.rss(),
			};
		},
		useRecogniser: recognisers.use,
		async close() {
			closed = new AiosError("unavailable", "The speech engines were closed.");
			const decoded = queue.close(closed);
			for (const stream of streams) stream.lose(closed);
			streams.clear();
			// Native code that is still computing must not lose what it computes with.
			await Promise.all([decoded, turns.close(), synthesis.close(), vad.close()]);
		},
	};
}

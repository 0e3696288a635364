import { joined } from "../../../core/audio/index.ts";
import {
	type Activity,
	AiosError,
	type SpeechChunk,
	type SpeechEngines,
	type SpeechStream,
	windowSamples,
} from "../../../core/contract/index.ts";

/** Samples that name a word in scripted sound are 10,000 plus ten times the number of the word. */
const wordLevel = 10_000;

export interface EngineScript {
	/** Milliseconds each takes. */
	decodeMs?: number;
	turnMs?: number;
	synthesizeMs?: number;
	/** What the turn model says, by the text so far; undefined as a whole: there is no turn model. */
	complete?: ((text: string) => number | undefined) | undefined;
	/** Thrown by the next calls. */
	failTranscribe?: Error;
	failSynthesize?: Error;
	failOpen?: Error;
	/** The engines take sound and never look at it: a process that hangs. */
	deaf?: boolean;
	/** Milliseconds of sound a sentence takes, by its length in characters. */
	msPerCharacter?: number;
	/** Gives the words heard for a stretch of sound instead of those in it. */
	hears?: (words: string) => string;
}

export interface FakeEngines extends SpeechEngines {
	script: EngineScript;
	/** Everything synthesised, in order. */
	spoken: string[];
	streams: { open: boolean; transcribed: number; pushed: number }[];
	/** The engines' process dies: every stream is lost. */
	crash(): void;
	/** PCM in which `words` are spoken, 300 ms each, at the loudness given. */
	say(words: string): Int16Array;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds of silence. */
export const silence = (ms: number): Int16Array => new Int16Array(ms * 16);

/** Engines whose hearing and speaking is scripted: sound carries the words themselves, so that cuts can be seen. */
export function fakeEngines(script: EngineScript = {}): FakeEngines {
	const vocabulary: string[] = [];
	const streams: (FakeEngines["streams"][number] & { lose(error: Error): void })[] = [];
	const spoken: string[] = [];

	const wordsIn = (pcm: Int16Array): string => {
		const heard: string[] = [];
		let last = -1;
		for (const sample of pcm) {
			if (sample < wordLevel) {
				if (sample < 500) last = -1;
				continue;
			}
			const index = Math.floor((sample - wordLevel) / 10);
			const word = vocabulary[index];
			if (index !== last && word !== undefined) heard.push(word);
			last = index;
		}
		const words = heard.join(" ");
		return script.hears?.(words) ?? words;
	};

	const open = (): SpeechStream => {
		if (script.failOpen !== undefined) throw script.failOpen;
		let sound = new Int16Array(0);
		let analysed = 0;
		let onActivity: (activity: Activity) => void = () => undefined;
		const lost: ((error: Error) => void)[] = [];
		let dead: Error | undefined;
		const state = {
			open: true,
			transcribed: 0,
			pushed: 0,
			lose(error: Error) {
				if (dead !== undefined) return;
				dead = error;
				for (const listener of lost) listener(error);
			},
		};
		streams.push(state);
		const alive = (): void => {
			if (dead !== undefined) throw dead;
		};
		return {
			push(pcm) {
				if (dead !== undefined || !state.open) return;
				state.pushed += pcm.length;
				const joined = new Int16Array(sound.length + pcm.length);
				joined.set(sound);
				joined.set(pcm, sound.length);
				sound = joined;
				while (script.deaf !== true && analysed + windowSamples <= sound.length) {
					const window = sound.subarray(analysed, analysed + windowSamples);
					analysed += windowSamples;
					const loud = window.filter((sample) => Math.abs(sample) > 500).length;
					const activity = { end: analysed, speech: loud > windowSamples / 2 ? 0.95 : 0.02 };
					queueMicrotask(() => state.open && dead === undefined && onActivity(activity));
				}
			},
			onActivity(listener) {
				onActivity = listener;
			},
			onLost(listener) {
				lost.push(listener);
			},
			async transcribe({ from, to, signal }) {
				alive();
				state.transcribed += 1;
				await wait(script.decodeMs ?? 5);
				alive();
				signal?.throwIfAborted();
				if (script.failTranscribe !== undefined) throw script.failTranscribe;
				return { text: wordsIn(sound.subarray(from, to)), decodeMs: script.decodeMs ?? 5, model: "scripted" };
			},
			async turnComplete({ from, to }) {
				alive();
				await wait(script.turnMs ?? 5);
				alive();
				return script.complete?.(wordsIn(sound.subarray(from, to)));
			},
			close() {
				state.open = false;
				sound = new Int16Array(0);
			},
		};
	};

	return {
		script,
		spoken,
		streams,
		crash() {
			const error = new AiosError("unavailable", "The speech engines stopped.", { fix: "They are being restarted." });
			for (const stream of streams) stream.lose(error);
		},
		say(words) {
			const pcm: Int16Array[] = words.split(" ").map((word) => {
				if (!vocabulary.includes(word)) vocabulary.push(word);
				const index = vocabulary.indexOf(word);
				// Every 16th sample names the word; between them it is loud and soft as syllables are.
				return Int16Array.from({ length: 300 * 16 }, (_, i) => {
					if (i % 16 === 0) return wordLevel + index * 10;
					return 700 + Math.round(8000 * Math.sin((i / 16_000) * (13 + ((index * 5) % 11))) ** 2);
				});
			});
			return joinPcm(...pcm);
		},
		open,
		async *synthesize(text, { signal }): AsyncIterable<SpeechChunk> {
			if (script.failSynthesize !== undefined) throw script.failSynthesize;
			await wait(script.synthesizeMs ?? 5);
			if (signal?.aborted === true) return;
			spoken.push(text);
			const ms = Math.ceil(text.length * (script.msPerCharacter ?? 2));
			// Loudness goes up and down as in speech, differently for each sentence.
			const pcm = Int16Array.from({ length: ms * 16 }, (_, i) => {
				const syllable = Math.sin((i / 16_000) * (17 + (text.length % 7))) ** 2;
				return Math.round(4000 * syllable * Math.sin(i / 5));
			});
			yield { pcm, sampleRate: 16_000, last: true };
		},
		transcribeAll: async (pcm) => ({
			segments: [{ start: 0, end: pcm.length / 16_000, text: wordsIn(pcm) }],
			model: "scripted",
		}),
		voices: async () => [],
		status: async () => ({ stt: "scripted", tts: "scripted", vad: "scripted", turn: "scripted", residentBytes: 0 }),
		useRecogniser: async () => undefined,
		close: async () => undefined,
	};
}

export const joinPcm = (...parts: Int16Array[]): Int16Array => joined(parts);

import { AiosError, type Clock, type ServerEvent, type SpeechChunk, type SpeechEngines } from "../contract/index.ts";
import { spokenSentences } from "../text/index.ts";

/** How far the sound sent may run ahead of its playing: enough for a slow network, little to take back. */
const leadMs = 1500;

/** Longest piece of sound in one event: 250 ms, so that the first is on its way at once. */
const pieceMs = 250;

/** Synthesised sound that may wait to be sent, in milliseconds: further sentences are made only then. */
const readyMs = 8000;

export interface SpeakerDeps {
	engines: SpeechEngines;
	clock: Clock;
	settings: { ttsVoice?: string; ttsSpeed?: number };
	send(piece: ServerEvent<"audio:reply">): void;
	cancelled(turn: string): void;
	/** Sound that plays from `startMs` (wall clock) on, as far as can be told from here. */
	played(pcm: Int16Array, sampleRate: number, startMs: number): void;
}

export interface SayOptions {
	signal: AbortSignal;
	onFirst?(): void;
	/** W3C trace context that the engines' work is a part of. */
	traceparent?: string;
}

export interface Speaker {
	/**
	 * Speaks a text sentence by sentence; resolves when all its sound is sent, or it was cancelled (false).
	 * Rejects when the engines fail. `onFirst` is called as the first sound leaves.
	 */
	say(turn: string, text: string, options: SayOptions): Promise<boolean>;
	/** Falls silent now; what was sent but not played is taken back. Gives whether it was talking. */
	cancel(): boolean;
	talking(): boolean;
	/** Wall-clock milliseconds until which the sound sent so far plays. */
	until(): number;
	/** Wall-clock milliseconds at which the first sound of what is, or was last, being said left; never: infinity. */
	began(): number;
	/** What is being said, or was said last. */
	text(): string;
	/**
	 * What of it was said by then (wall-clock milliseconds), to the sentence; `closing`: its last sentence, one that
	 * follows others, had begun.
	 */
	textBy(at: number): { text: string; closing: boolean };
}

/** Gives the assistant its voice towards one client, paced so that at most a moment of sound waits there. */
export function createSpeaker(deps: SpeakerDeps): Speaker {
	const { clock } = deps;
	const now = (): number => clock.now().getTime();
	let playsUntil = 0;
	let began = Number.POSITIVE_INFINITY;
	/** The sentences, each with when it begins to play; those not made yet never do. */
	let said: Sentence[] = [];
	let current: { turn: string; controller: AbortController } | undefined;
	let last: { turn: string } | undefined;

	const pause = (ms: number, signal: AbortSignal): Promise<void> =>
		new Promise((resolve) => {
			const cancel = clock.after(ms, finish);
			function finish(): void {
				cancel();
				signal.removeEventListener("abort", finish);
				resolve();
			}
			signal.addEventListener("abort", finish);
		});

	const send = async (chunk: Made, state: Sending): Promise<void> => {
		const step = Math.max(1, Math.round((chunk.sampleRate * pieceMs) / 1000));
		for (let from = 0; from < Math.max(1, chunk.pcm.length); from += step) {
			const pcm = chunk.pcm.slice(from, from + step);
			const ahead = playsUntil - now() - leadMs;
			if (ahead > 0) await pause(ahead, state.signal);
			if (state.signal.aborted) return;
			const ends = chunk.last && from + step >= chunk.pcm.length;
			if (pcm.length === 0 && !ends) return;
			const first = pcm.length > 0 && !state.begun;
			if (first) {
				state.begun = true;
				began = now();
				said = state.sentences;
			}
			const start = Math.max(now(), playsUntil);
			const sentence = state.sentences[chunk.sentence];
			if (sentence !== undefined) sentence.from = Math.min(sentence.from, start);
			playsUntil = start + (pcm.length * 1000) / chunk.sampleRate;
			last = { turn: state.turn };
			deps.played(pcm, chunk.sampleRate, start);
			deps.send({
				turn: state.turn,
				seq: state.seq,
				sampleRate: chunk.sampleRate,
				pcm: new Uint8Array(pcm.buffer),
				last: ends,
			});
			state.seq += 1;
			if (first) state.onFirst?.();
		}
	};

	return {
		async say(turn, text, options) {
			const sentences = spokenSentences(text);
			if (sentences.length === 0 || options.signal.aborted) return false;
			const controller = new AbortController();
			const signal = AbortSignal.any([options.signal, controller.signal]);
			const state: Sending = {
				turn,
				seq: 0,
				begun: false,
				signal,
				onFirst: options.onFirst,
				sentences: sentences.map((sentence) => ({ text: sentence, from: Number.POSITIVE_INFINITY })),
			};
			current = { turn, controller };
			try {
				const how = { ...deps.settings, signal, traceparent: options.traceparent };
				const chunks = synthesizeAhead(deps.engines, sentences, how, (ms) => pause(ms, signal));
				for await (const chunk of chunks) {
					await send(chunk, state);
					if (signal.aborted) break;
				}
				return !signal.aborted;
			} catch (error) {
				if (signal.aborted) return false;
				if (state.begun) {
					await send({ pcm: new Int16Array(0), sampleRate: 16_000, last: true, sentence: -1 }, state);
				}
				throw AiosError.from(error);
			} finally {
				if (current?.controller === controller) current = undefined;
				controller.abort();
			}
		},
		cancel() {
			const talking = current !== undefined || now() < playsUntil;
			const turn = current?.turn ?? last?.turn;
			current?.controller.abort();
			current = undefined;
			if (talking && turn !== undefined && now() < playsUntil) deps.cancelled(turn);
			playsUntil = Math.min(playsUntil, now());
			return talking;
		},
		talking: () => now() < playsUntil,
		until: () => playsUntil,
		began: () => began,
		text: () => textOf(said),
		textBy(at) {
			const begun = said.filter(({ from }) => from <= at && from < playsUntil);
			return { text: textOf(begun), closing: said.length > 1 && begun.length === said.length };
		},
	};
}

interface Sentence {
	text: string;
	from: number;
}

/** A piece of sound, of the sentence at this place. */
type Made = SpeechChunk & { sentence: number };

function textOf(sentences: readonly Sentence[]): string {
	return sentences.map(({ text }) => text).join(" ");
}

interface Sending {
	turn: string;
	sentences: Sentence[];
	seq: number;
	begun: boolean;
	signal: AbortSignal;
	onFirst?(): void;
}

/**
 * Synthesises the sentences one after the other while earlier ones are being sent; only the very last chunk is marked
 * `last`. Waits while more than {@link readyMs} of sound is ready.
 */
async function* synthesizeAhead(
	engines: SpeechEngines,
	sentences: readonly string[],
	how: SpeakerDeps["settings"] & Pick<SayOptions, "signal" | "traceparent">,
	pause: (ms: number) => Promise<void>,
): AsyncGenerator<Made> {
	const { ttsVoice: voice, ttsSpeed: speed, signal, traceparent } = how;
	const ready: Made[] = [];
	let finished = false;
	let failure: unknown;
	let wake: () => void = () => undefined;
	const waitingMs = (): number => ready.reduce((sum, chunk) => sum + (chunk.pcm.length * 1000) / chunk.sampleRate, 0);

	const produce = async (): Promise<void> => {
		for (const [index, sentence] of sentences.entries()) {
			const final = index === sentences.length - 1;
			let ended = false;
			for await (const chunk of engines.synthesize(sentence, { voice, speed, signal, traceparent })) {
				ended = final && chunk.last;
				ready.push({ ...chunk, last: ended, sentence: index });
				wake();
				while (waitingMs() > readyMs && !signal.aborted) await pause(100);
				if (signal.aborted) return;
			}
			if (final && !ended) ready.push({ pcm: new Int16Array(0), sampleRate: 16_000, last: true, sentence: index });
		}
	};
	const producing = produce()
		.catch((error: unknown) => {
			failure = error;
		})
		.finally(() => {
			finished = true;
			wake();
		});

	while (!signal.aborted) {
		const chunk = ready.shift();
		if (chunk !== undefined) yield chunk;
		else if (finished) break;
		else {
			await new Promise<void>((resolve) => {
				wake = resolve;
				signal.addEventListener("abort", () => resolve(), { once: true });
				if (finished || ready.length > 0) resolve();
			});
		}
	}
	if (signal.aborted) return;
	await producing;
	if (failure !== undefined) throw failure;
}

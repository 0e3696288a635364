import { AiosError, type SpeechStream, type Transcript } from "../contract/index.ts";
import { samplesOf } from "./endpoint.ts";

/** Speech before the first partial, and the least time between two. */
const partialEveryMs = 450;

/** Share of the time partials may keep the recogniser busy: a long sentence is decoded anew each time. */
const partialShare = 0.5;

/** Sound decoded after the last speech window: word endings fade. */
const tailMs = 200;

export interface Transcriber {
	/** A turn begins: sound is decoded from `from`, speech from `onset`. */
	begin(from: number, onset: number): void;
	/** Speech went on to `end`: decodes what was said so far from time to time. */
	speaking(end: number, onPartial: (transcript: Transcript) => void): void;
	/** Decodes the final text ahead, in the silence that may be the end. */
	decodeAhead(range: { from: number; speechEnd: number }, available: number): void;
	/** They went on: what was decoded ahead is void. */
	resume(): void;
	/** The text decoded ahead, if that was begun; undefined when it failed. */
	ahead(): Promise<Transcript | undefined> | undefined;
	/** The final text of the turn, reusing what was decoded ahead where nothing was said since. */
	finish(range: { from: number; speechEnd: number }, available: number): Promise<Transcript>;
	/** Gives everything up. */
	abandon(): void;
	/** Final decodes still under way. */
	pending(): Promise<unknown>[];
}

/** Has one microphone's turns decoded: partials while somebody speaks, the final text ahead of the turn's end. */
export function createTranscriber(deps: { stream: SpeechStream }): Transcriber {
	const { stream } = deps;
	const pending = new Set<Promise<unknown>>();
	let turn: { from: number; nextPartial: number } | undefined;
	let partial: AbortController | undefined;
	let ahead: { speechEnd: number; controller: AbortController; text: Promise<Transcript> } | undefined;

	const decode = (
		range: { from: number; speechEnd: number },
		available: number,
		controller: AbortController,
	): Promise<Transcript> => {
		const to = Math.min(available, range.speechEnd + samplesOf(tailMs));
		const text = stream.transcribe({ from: range.from, to, signal: controller.signal }).then((transcript) => {
			if (transcript === undefined) throw new AiosError("internal", "The recogniser gave no text.");
			return transcript;
		});
		text.catch(() => undefined);
		pending.add(text);
		void text.then(
			() => pending.delete(text),
			() => pending.delete(text),
		);
		return text;
	};

	const drop = (): void => {
		ahead?.controller.abort();
		ahead = undefined;
	};

	const stopPartial = (): void => {
		partial?.abort();
		partial = undefined;
	};

	return {
		begin(from, onset) {
			drop();
			turn = { from, nextPartial: onset + samplesOf(partialEveryMs) };
		},
		speaking(end, onPartial) {
			if (turn === undefined || partial !== undefined || ahead !== undefined || end < turn.nextPartial) return;
			const current = turn;
			const controller = new AbortController();
			partial = controller;
			stream
				.transcribe({ from: current.from, to: end, partial: true, signal: controller.signal })
				.then(
					(transcript) => {
						const wait = Math.max(partialEveryMs, (transcript?.decodeMs ?? 0) / partialShare);
						current.nextPartial = end + samplesOf(wait);
						if (transcript !== undefined && turn === current && !controller.signal.aborted) onPartial(transcript);
					},
					() => {
						current.nextPartial = end + samplesOf(partialEveryMs);
					},
				)
				.finally(() => {
					if (partial === controller) partial = undefined;
				});
		},
		decodeAhead(range, available) {
			drop();
			stopPartial();
			const controller = new AbortController();
			ahead = { speechEnd: range.speechEnd, controller, text: decode(range, available, controller) };
		},
		resume: drop,
		ahead: () => ahead?.text.catch(() => undefined),
		finish(range, available) {
			turn = undefined;
			stopPartial();
			const ready = ahead?.speechEnd === range.speechEnd ? ahead.text : undefined;
			if (ready === undefined) drop();
			ahead = undefined;
			return ready ?? decode(range, available, new AbortController());
		},
		abandon() {
			turn = undefined;
			stopPartial();
			drop();
		},
		pending: () => [...pending],
	};
}

import type { Span, Tracer, Transcript } from "../contract/index.ts";
import type { Turn } from "./turn.ts";

/**
 * Begins the span of a spoken turn where its sound began, with what is over by now: listening to the last sound of
 * speech, the wait that decided the end, and decoding as far as it outlasted the speech.
 */
export function spokenTurn(tracer: Tracer, { id, utterance, finalAt }: Turn, transcript: Transcript): Span {
	const { startedAt, endOfSpeechAt, decidedAt } = utterance;
	const turn = tracer.start("turn", {
		at: startedAt,
		attributes: {
			"aios.turn.id": id,
			"aios.source": "voice",
			"aios.text": tracer.content ? transcript.text : undefined,
		},
	});
	const part = (name: string, at: number, end: number, attributes = {}) =>
		tracer.start(name, { parent: turn.traceparent, at, attributes }).end({ at: Math.max(at, end) });
	part("listen", startedAt, endOfSpeechAt);
	part("endpoint", endOfSpeechAt, decidedAt);
	// Words are decoded ahead while the end is still being decided, so this one overlaps the last.
	part("transcribe", Math.max(startedAt, Math.min(decidedAt, finalAt - transcript.decodeMs)), finalAt, {
		"gen_ai.request.model": transcript.model,
		"aios.decode_ms": Math.round(transcript.decodeMs),
	});
	return turn;
}

/** The answer's way into sound: `say` until the last sound is sent, and in it the wait for the first. */
export interface SayingSpans {
	traceparent: string;
	/** The first sound left. */
	first(): void;
	/** All of it left, or it was cut off. */
	end(outcome: { heard: boolean; interrupted: boolean }): void;
}

export function sayingSpans(tracer: Tracer, turn: Span): SayingSpans {
	const say = tracer.start("say", { parent: turn.traceparent });
	const first = tracer.start("first sound", { parent: say.traceparent });
	return {
		traceparent: say.traceparent,
		first: () => first.end(),
		end({ heard, interrupted }) {
			say.set({ "aios.interrupted": interrupted });
			if (heard) first.end();
			say.end();
		},
	};
}

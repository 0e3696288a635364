import { samplesOf } from "./endpoint.ts";

/** Loudness (root mean square, of 32,768) from which a recording of a person counts as voiced. */
const voiced = 400;

/** So much voiced sound, in milliseconds, may be somebody speaking; a knock is shorter. */
const speechMs = 200;

/** Sound the engines have not looked at. */
export interface Unheard {
	/** Takes sound that ends at `end` in the engines' stream; infinity where there is no stream. */
	add(pcm: Int16Array, end: number): void;
	/** The engines have looked at everything up to there. */
	heard(end: number): void;
	/** Whether somebody may have spoken in it. Only loudness can tell: the voice detector is with the engines. */
	mayBeSpeech(): boolean;
	clear(): void;
}

/** Keeps account of the sound that was sent while the engines are away or behind, so that nothing said is lost silently. */
export function createUnheard(): Unheard {
	let loud: { end: number; samples: number }[] = [];
	return {
		add(pcm, end) {
			let power = 0;
			for (const sample of pcm) power += sample * sample;
			if (Math.sqrt(power / pcm.length) >= voiced) loud.push({ end, samples: pcm.length });
		},
		heard(end) {
			if (loud.length > 0) loud = loud.filter((piece) => piece.end > end);
		},
		mayBeSpeech: () => loud.reduce((sum, { samples }) => sum + samples, 0) >= samplesOf(speechMs),
		clear() {
			loud = [];
		},
	};
}

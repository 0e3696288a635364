import { sampleRate } from "../../contract/index.ts";

/** Milliseconds of the wall clock as samples of it. */
export function positionOf(ms: number): number {
	return Math.round((ms * sampleRate) / 1000);
}

/** How many pieces of sound (2 s of a page's) are looked at together for the one that was held up least. */
const together = 100;

/** Smaller corrections are not made: frames would come twice or not at all. */
const leastCorrection = positionOf(8);

export interface MicrophoneClock {
	/** Takes the length of a piece of sound and when it arrived; gives the sample of the wall clock it begins at. */
	take(samples: number, endMs: number): number;
}

/**
 * Where a microphone's sound lies on the wall clock: the piece that was held up least on its way tells, so that jitter
 * of the network does not count; a pause of the microphone soon does.
 */
export function createMicrophoneClock(): MicrophoneClock {
	let total = 0;
	let count = 0;
	let lowest = Number.POSITIVE_INFINITY;
	let before = Number.POSITIVE_INFINITY;
	let anchor: number | undefined;
	return {
		take(samples, endMs) {
			const start = total;
			total += samples;
			if (count === together) {
				before = lowest;
				lowest = Number.POSITIVE_INFINITY;
				count = 0;
			}
			count += 1;
			lowest = Math.min(lowest, positionOf(endMs) - total);
			const implied = Math.min(lowest, before);
			if (anchor === undefined || Math.abs(implied - anchor) > leastCorrection) anchor = implied;
			return anchor + start;
		},
	};
}

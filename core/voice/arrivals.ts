import { msOf } from "./endpoint.ts";

/** How many pushes are remembered: over a minute of 20 ms chunks. */
const remembered = 4096;

export interface Arrivals {
	/** Notes that `samples` more samples arrived at `nowMs`. */
	add(samples: number, nowMs: number): void;
	/** Wall-clock milliseconds at which the sample at `position` arrived. */
	at(position: number): number;
	/** Samples arrived so far. */
	readonly end: number;
}

/** Maps positions in a microphone's stream to the time at which they arrived. */
export function createArrivals(): Arrivals {
	const notes: { end: number; at: number }[] = [];
	let end = 0;
	return {
		get end() {
			return end;
		},
		add(samples, nowMs) {
			end += samples;
			notes.push({ end, at: nowMs });
			if (notes.length > remembered) notes.splice(0, notes.length - remembered);
		},
		at(position) {
			let low = 0;
			let high = notes.length - 1;
			while (low < high) {
				const middle = (low + high) >> 1;
				if ((notes[middle]?.end ?? 0) < position) low = middle + 1;
				else high = middle;
			}
			const note = notes[low];
			if (note === undefined) return 0;
			// Within a chunk sound was recorded before its end arrived, but never before the chunk in front of it.
			const before = notes[low - 1]?.at ?? note.at;
			return Math.max(before, note.at - msOf(Math.max(0, note.end - position)));
		},
	};
}

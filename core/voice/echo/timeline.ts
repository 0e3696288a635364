import { sampleRate } from "../../contract/index.ts";
import { positionOf } from "./clock.ts";

/** Sound that is known: 4 s, more than is sent ahead and comes back late together. */
const capacity = 4 * sampleRate;

/** What was sent to be played, by when it plays: silence where nothing was sent. */
export interface Timeline {
	/** Notes sound that plays from `startMs` (wall clock) on. */
	add(pcm: Int16Array, rate: number, startMs: number): void;
	/** What was to be played after `nowMs` (wall clock) will not be. */
	cut(nowMs: number): void;
	/** Writes the sound from that sample of the wall clock on; gives whether there is any. */
	read(position: number, into: Float64Array): boolean;
}

export function createTimeline(): Timeline {
	/** Of the clients that are never spoken to there is none. */
	let sound = new Int16Array(0);
	/** Sample of the wall clock after the last that was sent; what is more than `capacity` before it is forgotten. */
	let end = Number.NEGATIVE_INFINITY;

	const clear = (from: number, to: number): void => {
		for (let at = Math.max(from, to - capacity); at < to; at += 1) sound[at % capacity] = 0;
	};

	return {
		add(pcm, rate, startMs) {
			if (sound.length === 0) sound = new Int16Array(capacity);
			const start = positionOf(startMs);
			const length = Math.floor((pcm.length * sampleRate) / rate);
			if (end === Number.NEGATIVE_INFINITY) end = start - capacity;
			if (start > end) clear(end, start);
			for (let i = Math.max(0, length - capacity); i < length; i += 1) {
				const from = (i * rate) / sampleRate;
				const whole = Math.floor(from);
				const a = pcm[whole] as number;
				sound[(start + i) % capacity] = a + ((pcm[whole + 1] ?? a) - a) * (from - whole);
			}
			end = Math.max(end, start + length);
		},
		cut(nowMs) {
			const now = positionOf(nowMs);
			if (now >= end) return;
			clear(now, end);
			end = now;
		},
		read(position, into) {
			let any = false;
			for (let i = 0; i < into.length; i += 1) {
				const at = position + i;
				const sample = at < end && at >= end - capacity ? (sound[at % capacity] as number) : 0;
				into[i] = sample;
				if (sample !== 0) any = true;
			}
			return any;
		},
	};
}

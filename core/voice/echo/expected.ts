import { bandCount, hopMs } from "./bands.ts";

/** Share of a loud frame that may still come back long after: rooms ring. */
const ring = 0.3;

/** How fast that falls: 60 dB in 740 ms. */
const fall = 10 ** ((-0.13 * hopMs) / 16);

/** Share of a frame's power that a loudspeaker driven hard spreads over all bands. */
const distortion = 0.001;

/**
 * What may come back of a frame, at a gain of 1: the most of it and its neighbours, as it need not fall into one frame
 * of the microphone; what still rings of frames before; what a bad loudspeaker makes of it.
 */
export function createExpected(): (
	before: Float64Array,
	frame: Float64Array,
	after: Float64Array,
	into: Float64Array,
) => void {
	const tail = new Float64Array(bandCount);
	return (before, frame, after, into) => {
		let all = 0;
		for (let band = 0; band < bandCount; band += 1) all += frame[band] as number;
		for (let band = 0; band < bandCount; band += 1) {
			const most = Math.max(before[band] as number, frame[band] as number, after[band] as number);
			tail[band] = Math.max(most, (tail[band] as number) * fall);
			into[band] = Math.max(most, ring * (tail[band] as number)) + distortion * all;
		}
	};
}

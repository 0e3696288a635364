import { bandCount, framesOf } from "./bands.ts";

/** Share of a new frame in the smoothed power whose lows are the noise. */
const share = 0.15;

/** The lows are those of the last two stretches of this length: nobody speaks for longer without a pause. */
const stretch = framesOf(2000);

/** Power below which nothing is heard: the last bit of a 16-bit sample. */
const least = 300;

/** Follows the lows of the microphone's power in each band: the room's noise, whatever is said meanwhile. */
export function createNoise(): { add(power: ArrayLike<number>): void; readonly power: Float64Array } {
	const smooth = new Float64Array(bandCount);
	const low = new Float64Array(bandCount);
	const before = new Float64Array(bandCount);
	const noise = new Float64Array(bandCount);
	let frame = 0;
	return {
		power: noise,
		add(power) {
			const begins = frame % stretch === 0;
			for (let band = 0; band < bandCount; band += 1) {
				const now = power[band] as number;
				const last = smooth[band] as number;
				const level = frame === 0 ? now : last + share * (now - last);
				smooth[band] = level;
				if (begins) before[band] = frame === 0 ? level : (low[band] as number);
				low[band] = begins ? level : Math.min(low[band] as number, level);
				noise[band] = Math.max(least, Math.min(low[band] as number, before[band] as number));
			}
			frame += 1;
		},
	};
}

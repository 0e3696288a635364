import { sampleRate } from "../../contract/index.ts";
import { createPowerSpectrum } from "../../spectrum/index.ts";

/** A frame is 32 ms of sound, one every 16 ms. */
export const frameSamples = 512;
export const hopSamples = 256;
export const hopMs = (hopSamples * 1000) / sampleRate;

/** Bands of equal width on the mel scale, over what a small loudspeaker gives and a voice holds. */
export const bandCount = 18;
const lowestHz = 120;
const highestHz = 7000;

/** Frames that last this long. */
export const framesOf = (ms: number): number => Math.ceil(ms / hopMs);

/**
 * Measures how strong a frame of sound is in each band: `into` takes the mean power of its spectrum's bins there, of
 * samples from -32,768 to 32,767 under a Hann window; a full-scale sine gives about 10^13 in its band, silence 0.
 */
export function createBands(): (frame: ArrayLike<number>, into: Float64Array) => void {
	const spectrum = createPowerSpectrum(frameSamples);
	const edges = bandEdges;
	const samples = new Float64Array(frameSamples);
	const power = new Float64Array(frameSamples / 2 + 1);
	return (frame, into) => {
		for (let i = 0; i < frameSamples; i += 1) samples[i] = (frame[i] as number) * (hann[i] as number);
		spectrum(samples, power);
		for (let band = 0; band < bandCount; band += 1) {
			const from = edges[band] as number;
			const to = edges[band + 1] as number;
			let sum = 0;
			for (let bin = from; bin < to; bin += 1) sum += power[bin] as number;
			into[band] = sum / (to - from);
		}
	};
}

/** The window of a frame. */
export const hann = Float64Array.from(
	{ length: frameSamples },
	(_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / frameSamples),
);

/** First bins of the bands, and the one after the last; at least one bin a band. */
export const bandEdges = edgesOfBands();

function edgesOfBands(): number[] {
	const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
	const hz = (m: number): number => 700 * (10 ** (m / 2595) - 1);
	const step = (mel(highestHz) - mel(lowestHz)) / bandCount;
	const edges = Array.from({ length: bandCount + 1 }, (_, i) =>
		Math.round((hz(mel(lowestHz) + i * step) * frameSamples) / sampleRate),
	);
	for (let i = 1; i < edges.length; i += 1) edges[i] = Math.max(edges[i] as number, (edges[i - 1] as number) + 1);
	return edges;
}

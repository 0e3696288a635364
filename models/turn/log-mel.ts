import { createPowerSpectrum } from "../../core/spectrum/index.ts";

const rate = 16_000;
const frameSize = 400;
const hop = 160;
export const melBands = 80;
/** Sound Smart Turn looks at: 8 s. */
const turnSamples = 8 * rate;
export const melFrames = turnSamples / hop;

/**
 * Whisper's log-mel features (Radford et al. 2022, as `WhisperFeatureExtractor` gives them) of the last 8 s at 16 kHz:
 * zeros in front, brought to zero mean and unit variance, 25 ms Hann windows every 10 ms, reflected at the ends,
 * 80 Slaney mel bands, log10 floored at 8 below the loudest, then (x + 4) / 4. Gives 80 × 800 floats, band by band.
 * Frames that lie wholly in the padding are all alike and computed once.
 */
export function createLogMel(): (pcm: Int16Array) => Float32Array {
	const spectrum = createPowerSpectrum(frameSize);
	const window = Float64Array.from(
		{ length: frameSize },
		(_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frameSize),
	);
	const filters = melFilters();
	const half = frameSize / 2;
	const padded = new Float64Array(turnSamples + frameSize);
	const frame = new Float64Array(frameSize);
	const power = new Float64Array(half + 1);

	return (pcm) => {
		const heard = pcm.length > turnSamples ? pcm.subarray(pcm.length - turnSamples) : pcm;
		const lead = turnSamples - heard.length;
		normalise(heard, padded, half);
		for (let i = 1; i <= half; i++) {
			padded[half - i] = padded[half + i] as number;
			padded[half + turnSamples - 1 + i] = padded[half + turnSamples - 1 - i] as number;
		}
		const features = new Float32Array(melBands * melFrames);
		const silentFrames = Math.max(0, Math.floor((lead - half) / hop) + 1);
		let loudest = -10;
		for (let t = 0; t < melFrames; t++) {
			if (t > 0 && t < silentFrames) {
				for (let band = 0; band < melBands; band++)
					features[band * melFrames + t] = features[band * melFrames] as number;
				continue;
			}
			const at = t * hop;
			for (let i = 0; i < frameSize; i++) frame[i] = (padded[at + i] as number) * (window[i] as number);
			spectrum(frame, power);
			for (let band = 0; band < melBands; band++) {
				const { first, weights } = filters[band] as MelFilter;
				let energy = 0;
				for (let i = 0; i < weights.length; i++) energy += (weights[i] as number) * (power[first + i] as number);
				const level = Math.log10(Math.max(energy, 1e-10));
				if (level > loudest) loudest = level;
				features[band * melFrames + t] = level;
			}
		}
		const floor = loudest - 8;
		for (let i = 0; i < features.length; i++) features[i] = (Math.max(features[i] as number, floor) + 4) / 4;
		return features;
	};
}

/** Puts the 8 s, normalised over all of it, into `padded` from `offset` on. */
function normalise(heard: Int16Array, padded: Float64Array, offset: number): void {
	let sum = 0;
	let squares = 0;
	for (const sample of heard) {
		sum += sample;
		squares += sample * sample;
	}
	const mean = sum / turnSamples / 32_768;
	const variance = squares / turnSamples / 32_768 ** 2 - mean * mean;
	const scale = 1 / Math.sqrt(variance + 1e-7);
	const lead = turnSamples - heard.length;
	padded.fill(-mean * scale, offset, offset + lead);
	for (let i = 0; i < heard.length; i++) padded[offset + lead + i] = ((heard[i] as number) / 32_768 - mean) * scale;
}

interface MelFilter {
	/** First spectrum bin with weight. */
	first: number;
	weights: Float64Array;
}

/** Slaney's mel scale (Auditory Toolbox, 1998): linear to 1 kHz, then logarithmic; each triangle has unit area. */
function melFilters(): MelFilter[] {
	const bins = frameSize / 2 + 1;
	const logStep = Math.log(6.4) / 27;
	const toHz = (mel: number) => (mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp((mel - 15) * logStep));
	const top = 15 + Math.log(rate / 2 / 1000) / logStep;
	const edge = (i: number) => toHz((top * i) / (melBands + 1));
	return Array.from({ length: melBands }, (_, band) => {
		const [low, centre, high] = [edge(band), edge(band + 1), edge(band + 2)];
		const weights = Array.from({ length: bins }, (_, bin) => {
			const hz = (bin * rate) / frameSize;
			const rise = (hz - low) / (centre - low);
			const fall = (high - hz) / (high - centre);
			return (Math.max(0, Math.min(rise, fall)) * 2) / (high - low);
		});
		const first = weights.findIndex((weight) => weight > 0);
		const last = weights.findLastIndex((weight) => weight > 0);
		return { first: Math.max(0, first), weights: Float64Array.from(first < 0 ? [] : weights.slice(first, last + 1)) };
	});
}

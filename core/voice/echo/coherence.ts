import { createSpectrum } from "../../spectrum/index.ts";
import { bandCount, bandEdges, frameSamples, hann } from "./bands.ts";
import { longestLag } from "./likeness.ts";

/** The bins looked at: those of the bands up to 5 kHz, above which small loudspeakers and cheap ways give little. */
const firstBin = bandEdges[0] as number;
const lastBin = Math.round((5000 * frameSamples) / 16_000);
const bins = lastBin - firstBin;

const lags = longestLag + 1;

/** The frames compared, and those kept of what was played: some more, so that rings of both never touch. */
const compared = 10;
const kept = lags + compared + 1;

/** A bin in which the microphone hears so much more than the room's noise is compared. */
const audible = 4;

/** In fewer bins nothing can be told. */
const fewestBins = 20;

/** Power of a bin of what was played below which it is silence. */
const silence = 1e4;

export interface Match {
	/** Share of what was heard, from 0 to 1, that is what was played, filtered and late: 0.2 by chance. */
	share: number;
	/** How late, in frames. */
	lag: number;
	/** The share of its power. */
	power: number;
}

/**
 * How much of what the microphone hears is what was played: the magnitude-squared coherence of the two (Carter 1987)
 * over the last frames, averaged over the bins, at the delay at which it is greatest. An echo keeps the phases of what
 * was played, a voice does not have them, so that 160 ms tell.
 */
export function createCoherence(): {
	/** Takes a frame of the microphone, the frame played meanwhile, and the room's noise by band. */
	add(heard: ArrayLike<number>, played: ArrayLike<number> | undefined, noise: Float64Array): void;
	/** Of the last frames; undefined where there is too little to compare. */
	match(): Match | undefined;
} {
	const spectrum = createSpectrum(frameSamples);
	const samples = new Float64Array(frameSamples);
	const re = new Float64Array(frameSamples / 2 + 1);
	const im = new Float64Array(frameSamples / 2 + 1);
	const playedRe = new Float64Array(kept * bins);
	const playedIm = new Float64Array(kept * bins);
	const heardRe = new Float64Array(kept * bins);
	const heardIm = new Float64Array(kept * bins);
	/** Power of what was played in the `compared` frames up to each. */
	const playedPower = new Float64Array(kept * bins);
	const heardPower = new Float64Array(bins);
	const bothRe = new Float64Array(lags * bins);
	const bothIm = new Float64Array(lags * bins);
	const floor = new Float64Array(bins);
	/** Whether anything was played in a frame. */
	const any = new Uint8Array(kept);
	let next = kept;
	/** Frames since anything played could still come back. */
	let idle = kept;

	const row = (frame: number): number => (frame % kept) * bins;

	const transform = (frame: ArrayLike<number> | undefined, intoRe: Float64Array, intoIm: Float64Array, at: number) => {
		if (frame === undefined) {
			intoRe.fill(0, at, at + bins);
			intoIm.fill(0, at, at + bins);
			return;
		}
		for (let i = 0; i < frameSamples; i += 1) samples[i] = (frame[i] as number) * (hann[i] as number);
		spectrum(samples, re, im);
		intoRe.set(re.subarray(firstBin, lastBin), at);
		intoIm.set(im.subarray(firstBin, lastBin), at);
	};

	/** Counts a frame of the microphone in, or out again. */
	const count = (frame: number, sign: 1 | -1): void => {
		const h = row(frame);
		for (let lag = 0; lag < lags; lag += 1) {
			if (any[(frame - lag) % kept] === 0) continue;
			const p = row(frame - lag);
			const at = lag * bins;
			for (let bin = 0; bin < bins; bin += 1) {
				const hr = sign * (heardRe[h + bin] as number);
				const hi = sign * (heardIm[h + bin] as number);
				const pr = playedRe[p + bin] as number;
				const pi = playedIm[p + bin] as number;
				bothRe[at + bin] = (bothRe[at + bin] as number) + hr * pr + hi * pi;
				bothIm[at + bin] = (bothIm[at + bin] as number) + hi * pr - hr * pi;
			}
		}
		for (let bin = 0; bin < bins; bin += 1) {
			const power = (heardRe[h + bin] as number) ** 2 + (heardIm[h + bin] as number) ** 2;
			heardPower[bin] = (heardPower[bin] as number) + sign * power;
		}
	};

	const sumPlayed = (frame: number): void => {
		const now = row(frame);
		for (let bin = 0; bin < bins; bin += 1) {
			let sum = 0;
			for (let back = 0; back < compared; back += 1) {
				const at = row(frame - back) + bin;
				sum += (playedRe[at] as number) ** 2 + (playedIm[at] as number) ** 2;
			}
			playedPower[now + bin] = sum;
		}
	};

	return {
		add(heard, played, noise) {
			any[next % kept] = played === undefined ? 0 : 1;
			idle = played === undefined ? idle + 1 : 0;
			transform(played, playedRe, playedIm, row(next));
			transform(heard, heardRe, heardIm, row(next));
			sumPlayed(next);
			if (idle === lags + compared) {
				// Nothing is left in the sums but what rounding left.
				bothRe.fill(0);
				bothIm.fill(0);
			}
			count(next, 1);
			count(next - compared, -1);
			for (let band = 0; band < bandCount; band += 1) {
				const level = audible * compared * (noise[band] as number);
				const from = (bandEdges[band] as number) - firstBin;
				floor.fill(level, from, Math.min(bins, (bandEdges[band + 1] as number) - firstBin));
			}
			next += 1;
		},
		match() {
			const now = next - 1;
			let counted = 0;
			let all = 0;
			for (let bin = 0; bin < bins; bin += 1) {
				const power = heardPower[bin] as number;
				if (power <= (floor[bin] as number)) continue;
				counted += 1;
				all += power;
			}
			if (counted < fewestBins) return undefined;
			const best: Match = { share: 0, lag: 0, power: 0 };
			for (let lag = 0; lag < lags; lag += 1) {
				const p = row(now - lag);
				const at = lag * bins;
				let sum = 0;
				let powers = 0;
				for (let bin = 0; bin < bins; bin += 1) {
					const power = heardPower[bin] as number;
					if (power <= (floor[bin] as number)) continue;
					const both = (bothRe[at + bin] as number) ** 2 + (bothIm[at + bin] as number) ** 2;
					const come = both / ((playedPower[p + bin] as number) + silence);
					sum += come / power;
					powers += come;
				}
				best.power = Math.max(best.power, powers / all);
				if (sum <= best.share * counted) continue;
				best.share = sum / counted;
				best.lag = lag;
			}
			return best;
		},
	};
}

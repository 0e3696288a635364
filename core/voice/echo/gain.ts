import { bandCount, framesOf } from "./bands.ts";
import type { Match } from "./coherence.ts";

/** Frames the gain is learnt from, and those that show that less comes back now (an echo canceller found its filter). */
const learnt = framesOf(3000);
const recent = 32;
const enoughRecent = 10;

/** Of the ratios of what was heard to what was played this share is below the gain. */
const share = 0.85;

/** Frames count that are at most so much fainter, in decibels, than the loudest in their band: others drown in noise. */
const span = 18;

/** The least gain in decibels, and how much more it may be, in decibels, than the recent frames'. */
const least = -30;
const more = 3;

/** Ratios are counted in steps of a decibel, from `lowest` on. */
const lowest = -80;
const steps = 140;

/** The last frames by band in decibels; `row` gives where the bands of a frame begin, `next` is the one to come. */
interface Frames {
	next: number;
	row(frame: number): number;
	/** What the microphone heard, without the room's noise. */
	heard: Float32Array;
	/** What was played, of the frames in which it is more than an echo's tail. */
	played: Float32Array;
}

/** Writes how much of what was played comes back in each band at that lag, as a factor of power; from `oldest` on. */
export function createGain(): (frames: Frames, lag: number, oldest: number, into: Float64Array) => void {
	const all = new Uint16Array(steps);
	const late = new Uint16Array(steps);

	const percentile = (counts: Uint16Array, total: number): number => {
		let below = 0;
		for (let step = 0; step < steps; step += 1) {
			below += counts[step] as number;
			if (below >= share * total) return step + lowest;
		}
		return lowest;
	};

	const gainOf = ({ next, row, heard, played }: Frames, lag: number, band: number, from: number): number => {
		let loudest = 0;
		for (let at = from; at < next; at += 1) loudest = Math.max(loudest, played[row(at - lag) + band] as number);
		all.fill(0);
		late.fill(0);
		let total = 0;
		let lately = 0;
		for (let at = from; at < next; at += 1) {
			const sent = played[row(at - lag) + band] as number;
			if (sent < loudest - span) continue;
			const ratio = Math.round((heard[row(at) + band] as number) - sent) - lowest;
			const step = Math.max(0, Math.min(steps - 1, ratio));
			all[step] = (all[step] as number) + 1;
			total += 1;
			if (at < next - recent) continue;
			late[step] = (late[step] as number) + 1;
			lately += 1;
		}
		const gain = total === 0 ? least : percentile(all, total);
		return lately < enoughRecent ? gain : Math.min(gain, percentile(late, lately) + more);
	};

	return (frames, lag, oldest, into) => {
		const from = Math.max(oldest, frames.next - learnt);
		for (let band = 0; band < bandCount; band += 1) {
			into[band] = 10 ** (Math.max(least, gainOf(frames, lag, band, from)) / 10);
		}
	};
}

/** Coherence from which a frame is taken for an echo, and what of an echo it leaves unexplained, in decibels. */
const echoShare = 0.4;
const unexplained = 3;

/**
 * The same from the first frames of an echo on, those after `oldest` that were coherent with what was played; only what
 * is explained by that counts, so that a person who begins to speak does not. A band without any has the most of the
 * others. Gives how many frames there were.
 */
export function createEarlyGain(): (
	frames: Frames & { match(frame: number): Match | undefined },
	lag: number,
	oldest: number,
	into: Float64Array,
) => number {
	const ratiosOf =
		({ next, row, heard, played, match }: Parameters<ReturnType<typeof createEarlyGain>>[0]) =>
		(lag: number, band: number, oldest: number): number[] => {
			let loudest = 0;
			for (let at = oldest; at < next; at += 1) loudest = Math.max(loudest, played[row(at - lag) + band] as number);
			const ratios: number[] = [];
			for (let at = oldest; at < next; at += 1) {
				const found = match(at);
				const sent = played[row(at - lag) + band] as number;
				if (found === undefined || found.share < echoShare || sent < loudest - span) continue;
				ratios.push((heard[row(at) + band] as number) - sent + 10 * Math.log10(found.power) + unexplained);
			}
			return ratios.sort((a, b) => a - b);
		};
	return (frames, lag, oldest, into) => {
		const inBand = ratiosOf(frames);
		let counted = 0;
		let most = least;
		const gains = Array.from({ length: bandCount }, (_, band) => {
			const ratios = inBand(lag, band, oldest);
			const gain = ratios[Math.floor(share * (ratios.length - 1))];
			counted = Math.max(counted, ratios.length);
			most = Math.max(most, gain ?? least);
			return gain;
		});
		for (const [band, gain] of gains.entries()) into[band] = 10 ** (Math.max(least, gain ?? most) / 10);
		return counted;
	};
}

import { bandCount, createBands, frameSamples, framesOf, hopSamples } from "./bands.ts";
import { createCoherence, type Match } from "./coherence.ts";
import { createExpected } from "./expected.ts";
import { createEarlyGain, createGain } from "./gain.ts";
import { createNoise } from "./noise.ts";
import type { Timeline } from "./timeline.ts";
import type { Compared } from "./way.ts";

/** Frames kept: 4 s. */
export const keptFrames = 256;

/** The stretch that is judged: 160 ms, what must be human for the assistant to fall silent. */
export const stretchFrames = 10;

/** A cell (one band of one frame) counts by how many decibels it is above what is expected and this, */
const margin = 10 ** (4 / 10);

/** up to so many: a click is loud, a voice is broad. */
const mostOfCell = 9;

/** So many decibels in all are somebody. Echoes at the right delay stay below 60, a voice is at 500. */
const somebody = 140;

/** The breadth of a sound is looked at over so many frames. */
const broadFrames = 4;

/** An echo is cancelled where, of the frames before, so many had something to come back and this share was still. */
const quietFrames = framesOf(640);
const fewestPlayed = framesOf(320);
const mostlyStill = 0.9;

/** The room's noise may be so much more than its lows. */
const noiseFactor = 2;

/** Power in all bands together from which what is played can be heard. */
const audiblePower = 3e6;

/** Decibels of what was not played, or is less than the tail of what was. */
const unplayed = -100;

/** What was played and what was heard meanwhile, frame by frame. */
export interface Spectra {
	/** The number of the frame to come. */
	readonly next: number;
	/** Takes the sound of the next frame, which began at that sample of the wall clock. */
	take(sound: ArrayLike<number>, position: number): Compared;
	/** Learns how much of what is played comes back at that lag; `oldest` is the first frame to learn from. */
	learn(lag: number, oldest: number): void;
	/** The same from the first coherent frames on; gives how many there were. */
	learnEarly(lag: number, oldest: number): number;
	/**
	 * Whether the frames before `end` hold more than the room's noise and what may come back at that lag, by what was
	 * learnt last; more than the noise alone without a lag.
	 */
	isMore(end: number, lag?: number): boolean;
	/** In how many bands the last frames before `end` are above that, on average. */
	breadth(end: number, lag?: number): number;
	/** Whether what was played so many frames before did not come back in the time before this stretch. */
	cancelled(end: number, lag: number): boolean;
	/** How much of the frames before `end` is what was played; undefined where there is too little of either. */
	match(end: number): Match | undefined;
	/** Whether nothing to be heard was played so many frames before them. */
	silent(end: number, lag: number): boolean;
}

export function createSpectra(timeline: Timeline): Spectra {
	const measure = createBands();
	const spread = createExpected();
	const learnGain = createGain();
	const early = createEarlyGain();
	const noise = createNoise();
	const coherence = createCoherence();
	/** Of each frame: what was played can be heard; what is heard is no more than the room's noise. */
	const audible = new Uint8Array(keptFrames);
	const still = new Uint8Array(keptFrames);
	const matches = new Array<Match | undefined>(keptFrames);
	const gain = new Float64Array(bandCount);
	/** By band: power of the microphone and of what may come back of it; the two in decibels, as gains are learnt. */
	const heardPower = new Float32Array(keptFrames * bandCount);
	const expectedPower = new Float32Array(keptFrames * bandCount);
	const heard = new Float32Array(keptFrames * bandCount);
	const played = new Float32Array(keptFrames * bandCount).fill(unplayed);
	const row = (frame: number): number => ((frame + keptFrames) % keptFrames) * bandCount;
	const samples = new Float64Array(frameSamples);
	const silence = new Float64Array(bandCount);
	const power = new Float64Array(bandCount);
	const expected = new Float64Array(bandCount);
	/** Power by band of what is played: in the frame before, in this one, in the next. */
	let around: [Float64Array, Float64Array, Float64Array] | undefined;
	let next = 0;

	const playedAt = (position: number): Float64Array => {
		if (!timeline.read(position, samples)) return silence;
		const bands = new Float64Array(bandCount);
		measure(samples, bands);
		return bands;
	};

	const cellAt = (frame: number, band: number, lag?: number): number => {
		const echo = lag === undefined ? 0 : (gain[band] as number) * (expectedPower[row(frame - lag) + band] as number);
		return cell(heardPower[row(frame) + band] as number, noiseFactor * (noise.power[band] as number) + echo);
	};

	return {
		get next() {
			return next;
		},
		take(sound, position) {
			measure(sound, power);
			noise.add(power);
			const following = playedAt(position + hopSamples);
			around = around === undefined ? [silence, playedAt(position), following] : [around[1], around[2], following];
			const [before, now, after] = around;
			coherence.add(sound, timeline.read(position, samples) ? samples : undefined, noise.power);
			matches[next % keptFrames] = coherence.match();
			spread(before, now, after, expected);
			const at = row(next);
			let sent = 0;
			let above = 0;
			for (let band = 0; band < bandCount; band += 1) {
				const come = power[band] as number;
				const hush = noise.power[band] as number;
				const most = Math.max(before[band] as number, now[band] as number, after[band] as number);
				const echo = expected[band] as number;
				heardPower[at + band] = come;
				expectedPower[at + band] = echo;
				heard[at + band] = decibels(Math.max(1, come - hush));
				played[at + band] = 2 * most < echo || most < 1 ? unplayed : decibels(most);
				sent += now[band] as number;
				above += cell(come, noiseFactor * hush);
			}
			const flags = { audible: sent > audiblePower, still: above < somebody / stretchFrames };
			audible[next % keptFrames] = flags.audible ? 1 : 0;
			still[next % keptFrames] = flags.still ? 1 : 0;
			next += 1;
			return { played: now.map(Math.sqrt), heard: power.map(Math.sqrt), ...flags };
		},
		learn(lag, oldest) {
			learnGain({ next, row, heard, played }, lag, oldest, gain);
		},
		learnEarly: (lag, oldest) =>
			early({ next, row, heard, played, match: (frame) => matches[frame % keptFrames] }, lag, oldest, gain),
		isMore(end, lag) {
			let sum = 0;
			for (let frame = Math.max(0, end - stretchFrames); frame < end; frame += 1) {
				for (let band = 0; band < bandCount; band += 1) sum += cellAt(frame, band, lag);
				if (sum >= somebody) return true;
			}
			return false;
		},
		breadth(end, lag) {
			let cells = 0;
			for (let frame = Math.max(0, end - broadFrames); frame < end; frame += 1) {
				for (let band = 0; band < bandCount; band += 1) if (cellAt(frame, band, lag) > 0) cells += 1;
			}
			return cells / broadFrames;
		},
		cancelled(end, lag) {
			let played = 0;
			let silent = 0;
			for (let frame = Math.max(lag, end - stretchFrames - quietFrames); frame < end - stretchFrames; frame += 1) {
				if (audible[(frame - lag) % keptFrames] === 0) continue;
				played += 1;
				silent += still[frame % keptFrames] as number;
			}
			return played >= fewestPlayed && silent >= mostlyStill * played;
		},
		match: (end) => matches[(end - 1) % keptFrames],
		silent(end, lag) {
			for (let frame = end - stretchFrames; frame < end; frame += 1) {
				const at = row(frame - lag);
				for (let band = 0; band < bandCount; band += 1) {
					if ((expectedPower[at + band] as number) > (noise.power[band] as number)) return false;
				}
			}
			return true;
		},
	};
}

/** What a cell of that power counts where `floor` is expected. */
function cell(power: number, floor: number): number {
	const over = power / (floor * margin);
	return over <= 1 ? 0 : Math.min(mostOfCell, decibels(over));
}

function decibels(power: number): number {
	return 10 * Math.log10(power);
}

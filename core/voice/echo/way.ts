import { framesOf } from "./bands.ts";
import type { Match } from "./coherence.ts";
import { comparedFrames, createLikeness, longestLag } from "./likeness.ts";

/** Likeness that shows a way back, by how many audible frames were compared; what few frames show is a guess. */
const convincing = [
	{ frames: 40, likeness: 0.72 },
	{ frames: 30, likeness: 0.8 },
	{ frames: 20, likeness: 0.86 },
];
const proof = 40;

/** Coherence that no person has with what is played. */
const coherentShare = 0.5;

/** The earliest lag this close to the best is taken: reverberation is as alike, and later. */
const asGood = 0.05;

/** The lag found before stays while it is this close to the best. */
const asGoodAsBefore = 0.08;

/** Frames whose echo would have come back by now, of which this share found the microphone still: nothing comes back. */
const stillFrames = 40;
const mostlyStill = 0.85;

/**
 * Likeness from which what is heard may be what was played, after so many audible frames. An echo well above the
 * room's noise is at 0.8 from the eighth frame on, a person by chance at 0.7 for the first third of a second.
 */
const alike = 0.62;
const alikeFrames = 20;
const suddenlyAlike = 0.75;
const suddenFrames = 8;

/** Silence before the assistant's first sound that is compared along: the beginning tells most. */
const leadFrames = framesOf(96);

/** After so long without a sound, what comes next is another answer: it may have another delay. */
const pauseFrames = framesOf(600);

/** So often, in frames, the way is looked for: as often as the voice detector gives its word. */
const lookEvery = 2;

/** Frames of the answer that are remembered. */
const kept = 256;

/** The way from the loudspeaker to the microphone, as far as it is known. */
export type Way =
	| { kind: "unknown" }
	/** Headphones, or an echo canceller that leaves nothing. */
	| { kind: "none" }
	/** `lag` in frames; `proven`: compared for long enough to be no chance. */
	| { kind: "echo"; lag: number; proven: boolean };

/** A frame: amplitude by band of what was played and of what the microphone heard. */
export interface Compared {
	played: Float64Array;
	heard: Float64Array;
	/** Whether what was played can be heard at all, and whether what was heard is no more than the room's noise. */
	audible: boolean;
	still: boolean;
}

/** Finds by which way, if any, what is played comes back. */
export interface WayFinder {
	add(frame: Compared, match: Match | undefined): void;
	readonly way: Way;
	/** The way was found anew in this answer. */
	readonly confirmed: boolean;
	/** In this answer something came back with the phases of what was played. */
	readonly coherent: boolean;
	/** Frames of this answer so far. */
	readonly length: number;
	/** For so many frames the way has been this one. */
	readonly age: number;
	/** What was heard in this answer follows what was played as an echo does, after whatever delay. */
	sudden(): boolean;
	/** The same, less surely. */
	likely(): boolean;
	/**
	 * No delay makes an echo of what is heard. `silentAt` tells whether nothing at all had been played that long before;
	 * it is asked where too little was to compare. Once a way was known, or that there is none, less is enough.
	 */
	unlike(silentAt: (lag: number) => boolean): boolean;
}

export function createWayFinder(): WayFinder {
	const likeness = createLikeness();
	const likenesses = new Float64Array(longestLag + 1);
	/** Audible frames compared at each lag. */
	const counts = new Int32Array(longestLag + 1);
	/** Audible frames of this answer up to each frame of it, and those among them whose echo would have found it still. */
	const audibleBy = new Int32Array(kept);
	const stillBy = new Int32Array(kept);
	const audibleAt = new Uint8Array(kept);
	let length = 0;
	/** Lags at which nothing was played when somebody spoke in this answer. */
	const excluded = new Uint8Array(longestLag + 1);
	let quietFor = pauseFrames;
	let confirmed = false;
	let coherent = false;
	let age = 0;
	let way: Way = { kind: "unknown" };

	const by = (sums: Int32Array, frame: number): number => (frame < 0 ? 0 : (sums[frame % kept] as number));

	const begin = (): void => {
		length = 0;
		confirmed = false;
		coherent = false;
		excluded.fill(0);
		likeness.restart(leadFrames);
	};

	const note = ({ audible, still }: Compared): void => {
		audibleAt[length % kept] = audible ? 1 : 0;
		audibleBy[length % kept] = by(audibleBy, length - 1) + (audible ? 1 : 0);
		const came = length >= longestLag && audibleAt[(length - longestLag) % kept] === 1;
		stillBy[length % kept] = by(stillBy, length - 1) + (came && still ? 1 : 0);
		length += 1;
	};

	const look = (): void => {
		for (let lag = 0; lag <= longestLag; lag += 1) {
			likenesses[lag] = likeness.at(lag);
			const last = length - 1 - lag;
			counts[lag] = by(audibleBy, last) - by(audibleBy, Math.min(last, last - comparedFrames));
		}
	};

	const best = (): number | undefined => {
		let most = Number.NEGATIVE_INFINITY;
		const fits = (lag: number): boolean => (counts[lag] as number) >= alikeFrames;
		for (let lag = 0; lag <= longestLag; lag += 1) if (fits(lag)) most = Math.max(most, likenesses[lag] as number);
		const near = (lag: number, by: number): boolean => fits(lag) && (likenesses[lag] as number) >= most - by;
		if (way.kind === "echo" && near(way.lag, asGoodAsBefore)) return way.lag;
		for (let lag = 0; lag <= longestLag; lag += 1) if (near(lag, asGood)) return lag;
		return undefined;
	};

	/** Sound played for long enough to have come back, and the microphone heard nothing of it. */
	const nothingCame = (): boolean => {
		const newest = length - 1;
		const oldest = newest - comparedFrames;
		const played = by(audibleBy, newest - longestLag) - by(audibleBy, oldest - longestLag);
		return played >= stillFrames && by(stillBy, newest) - by(stillBy, oldest) >= mostlyStill * played;
	};

	/** The same phases are no chance. */
	const follow = (lag: number): void => {
		if (way.kind === "echo" && way.proven && confirmed) return;
		coherent = true;
		if (way.kind === "echo" && Math.abs(way.lag - lag) <= 1) return;
		age = length;
		way = { kind: "echo", lag, proven: false };
	};

	const isAlike = (least: number, frames: number): boolean =>
		likenesses.some((like, lag) => like >= least && (counts[lag] as number) >= frames);

	return {
		get way() {
			return way;
		},
		get confirmed() {
			return confirmed;
		},
		get coherent() {
			return coherent;
		},
		get length() {
			return length;
		},
		get age() {
			return age;
		},
		add(frame, match) {
			age += 1;
			const before = quietFor;
			quietFor = frame.audible ? 0 : quietFor + 1;
			if (frame.audible && before >= pauseFrames) begin();
			const answering = quietFor < pauseFrames;
			likeness.add(frame.played, frame.heard, answering);
			if (!answering) return;
			note(frame);
			if (match !== undefined && match.share >= coherentShare) follow(match.lag);
			if (length % lookEvery !== 0) return;
			look();
			const lag = best();
			const compared = lag === undefined ? 0 : (counts[lag] as number);
			const needed = convincing.find(({ frames }) => compared >= frames)?.likeness ?? Number.POSITIVE_INFINITY;
			if (lag !== undefined && (likenesses[lag] as number) >= needed) {
				confirmed = true;
				if (way.kind !== "echo" || Math.abs(way.lag - lag) > 1) age = length;
				way = { kind: "echo", lag, proven: compared >= proof || (way.kind === "echo" && way.proven) };
			} else if (way.kind === "unknown" && nothingCame()) way = { kind: "none" };
		},
		sudden: () => isAlike(suddenlyAlike, suddenFrames),
		likely: () => isAlike(suddenlyAlike, suddenFrames) || isAlike(alike, alikeFrames),
		unlike(silentAt) {
			const known = way.kind === "none" || (way.kind === "echo" && way.proven);
			const [most, frames] = known ? [suddenlyAlike, suddenFrames] : [alike, alikeFrames];
			let none = true;
			for (let lag = 0; lag <= longestLag; lag += 1) {
				if ((counts[lag] as number) >= frames) none &&= (likenesses[lag] as number) < most;
				else if (excluded[lag] === 1 || silentAt(lag)) excluded[lag] = 1;
				else none = false;
			}
			return none;
		},
	};
}

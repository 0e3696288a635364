import { frameSamples, framesOf, hopSamples } from "./bands.ts";
import { createMicrophoneClock, positionOf } from "./clock.ts";
import { longestLag } from "./likeness.ts";
import { periodicity, pitchSamples } from "./pitch.ts";
import { createSpectra, keptFrames, stretchFrames } from "./spectra.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { createWayFinder } from "./way.ts";

/** An echo may come this much later than it did, and before the way is found anew in an answer this much earlier. */
const shiftFrames = framesOf(200);

/** Periodicity of a sustained vowel, and in how many bands it is to be heard: a tone is in one or two. */
const periodic = 0.85;
const vowelBands = 7;

/** What is less coherent with what is played than this, in its bins and in its power, is somebody: */
interface Foreign {
	share: number;
	power: number;
}
/** where nothing is known of the way; */
const unknownWay: Foreign = { share: 0.22, power: 0.35 };
/** where it is also louder than the echo was in at least so many frames; */
const louder: Foreign = { share: 0.28, power: 0.4 };
const fewestLearnt = 4;
/** where the echo was cancelled before. */
const cancelled: Foreign = { share: 0.35, power: 0.6 };

export type Verdict = "human" | "echo" | "unsure";

export interface EchoMonitor {
	/** Sound sent to be played from `startMs` on (wall clock). */
	played(pcm: Int16Array, rate: number, startMs: number): void;
	/** What was to be played after `nowMs` (wall clock) will not be. */
	silenced(nowMs: number): void;
	/** Sound of the microphone whose last sample arrived at `endMs` (wall clock). */
	heard(pcm: Int16Array, endMs: number): void;
	/**
	 * Whether the 160 ms of the microphone that arrived by `atMs` (wall clock; unsure for more than 2 s ago) are somebody or the
	 * assistant itself; unsure where the way back is not known yet, and where nobody is to be heard and nothing comes back.
	 */
	verdict(atMs: number): Verdict;
	/**
	 * Whether all that was heard between two times (wall clock) was the assistant itself, as far as can be told by now:
	 * a way found meanwhile tells what was unsure at the time.
	 */
	wasEcho(fromMs: number, toMs: number): boolean;
	/** Whether what the microphone heard last is a vowel: it has the pitch of a voice, and is no tone. */
	voiced(): boolean;
	/** Another microphone, or the same one anew: nothing is known about its way. */
	restart(): void;
}

/**
 * Tells a person from the assistant's own voice coming back through the loudspeaker, by how strong each band of sound
 * is over time: an echo follows what was played at a constant delay and with a constant gain in each band; who speaks
 * over it is stronger than that in many of them. Where nothing comes back (headphones, the browser's echo
 * cancellation), everything above the room's noise is a person.
 */
export function createEchoMonitor(): EchoMonitor {
	const timeline = createTimeline();
	let ear: Ear | undefined;
	return {
		played: timeline.add,
		silenced: timeline.cut,
		heard(pcm, endMs) {
			ear ??= createEar(timeline);
			ear.heard(pcm, endMs);
		},
		verdict: (atMs) => ear?.verdict(atMs) ?? "unsure",
		wasEcho: (fromMs, toMs) => ear?.wasEcho(fromMs, toMs) ?? false,
		voiced: () => ear?.voiced() ?? false,
		restart() {
			ear = undefined;
		},
	};
}

type Ear = Pick<EchoMonitor, "heard" | "verdict" | "wasEcho" | "voiced">;

/** One microphone and its way. */
function createEar(timeline: Timeline): Ear {
	const clock = createMicrophoneClock();
	const spectra = createSpectra(timeline);
	const ways = createWayFinder();
	const latest = new Int16Array(pitchSamples);
	let pending = new Int16Array(0);
	/** Sample of the wall clock at which the newest frame ends. */
	let newest = 0;

	/** The frame after the last that was whole at that time. */
	const frameAt = (ms: number): number =>
		Math.min(spectra.next, spectra.next - Math.round((newest - positionOf(ms)) / hopSamples));

	/** The first frame of which all that may have come back in it is still known. */
	const oldest = (lag: number): number => Math.max(0, spectra.next - keptFrames + lag + shiftFrames + 1);

	/** Another answer by another way tells nothing about this one's gain. */
	const learn = (lag: number): void => spectra.learn(lag, Math.max(oldest(lag), spectra.next - ways.age));

	/** The stretch before `end` may have come back by this way, or a little later. */
	const isEcho = (end: number, way: number): boolean => {
		const earliest = ways.confirmed ? way : Math.max(0, way - shiftFrames);
		for (let lag = earliest; lag <= way + shiftFrames; lag += 1) if (!spectra.isMore(end, lag)) return true;
		return false;
	};

	const isForeign = (end: number, { share, power }: Foreign): boolean => {
		const match = spectra.match(end);
		return match !== undefined && match.share < share && match.power < power;
	};

	/** The verdict while an echo has just begun to come back: a canceller may be finding its filter, too. */
	const early = (end: number, lag: number): Verdict => {
		if (spectra.cancelled(end, lag) && (spectra.match(end) === undefined || isForeign(end, cancelled))) return "human";
		const answer = Math.max(oldest(lag), spectra.next - Math.min(ways.age, ways.length));
		if (spectra.learnEarly(lag, answer) < fewestLearnt) return isForeign(end, unknownWay) ? "human" : "unsure";
		if (isEcho(end, lag)) return "echo";
		return isForeign(end, louder) ? "human" : "unsure";
	};

	return {
		heard(pcm, endMs) {
			const start = clock.take(pcm.length, endMs) - pending.length;
			const joined = new Int16Array(pending.length + pcm.length);
			joined.set(pending);
			joined.set(pcm, pending.length);
			let from = 0;
			for (; from + frameSamples <= joined.length; from += hopSamples) {
				const frame = spectra.take(joined.subarray(from, from + frameSamples), start + from);
				ways.add(frame, spectra.match(spectra.next));
				newest = start + from + frameSamples;
			}
			pending = joined.slice(from);
			const fresh = pcm.subarray(-latest.length);
			latest.copyWithin(0, fresh.length);
			latest.set(fresh, latest.length - fresh.length);
		},
		verdict(atMs) {
			const { way } = ways;
			const end = frameAt(atMs);
			if (end < oldest(longestLag) + stretchFrames) return "unsure";
			if (!spectra.isMore(end)) return way.kind === "echo" ? "echo" : "unsure";
			if (way.kind === "echo" && way.proven && ways.confirmed) {
				learn(way.lag);
				return isEcho(end, way.lag) ? "echo" : "human";
			}
			if (way.kind === "echo" && ways.coherent) return early(end, way.lag);
			if (isForeign(end, unknownWay)) return "human";
			if (!ways.confirmed && ways.sudden()) return "echo";
			if (way.kind === "echo") {
				learn(way.lag);
				if (isEcho(end, way.lag)) return "echo";
			}
			return ways.unlike((lag) => spectra.silent(end, lag)) ? "human" : "unsure";
		},
		wasEcho(fromMs, toMs) {
			const { way } = ways;
			if (way.kind === "none") return false;
			if (way.kind === "unknown") return ways.likely();
			learn(way.lag);
			const last = frameAt(toMs);
			for (let end = Math.max(oldest(way.lag) + stretchFrames, frameAt(fromMs)); end <= last; end += 1) {
				if (!isEcho(end, way.lag)) return false;
			}
			return true;
		},
		voiced() {
			const { way } = ways;
			const bands = spectra.breadth(spectra.next, way.kind === "echo" ? way.lag : undefined);
			return bands >= vowelBands && periodicity(latest) >= periodic;
		},
	};
}

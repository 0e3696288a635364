import { sampleRate } from "../contract/index.ts";

/** One loudness frame: 16 ms, fine enough for syllables, coarse enough to be free. */
const frameMs = 16;
const frameSamples = (sampleRate * frameMs) / 1000;

/** Longest way from our sending a sound to its coming back: network, the page's buffer, air, microphone. */
const longestLagFrames = Math.ceil(800 / frameMs);

/** How far back loudness is kept and compared. */
const historyFrames = Math.ceil(4000 / frameMs);
const compareFrames = Math.ceil(1280 / frameMs);
const leastFrames = Math.ceil(320 / frameMs);
const enoughFrames = Math.ceil(640 / frameMs);

/** The stretch a verdict is about: what must be human for the assistant to fall silent. */
const verdictFrames = Math.ceil(192 / frameMs);

/** Correlation of loudness above which the microphone hears the loudspeaker, and above which its way is known well. */
const echoCorrelation = 0.7;
const sureCorrelation = 0.85;

/** How much more energy than the expected echo the stretch must have to be somebody, */
const moreEnergy = 2.2;

/** in how many of its frames, each this much louder than expected: a knock is one frame, a voice many. */
const louderFrames = 4;
const louder = 1.6;

/** Loudness below which a frame is nobody (of 32,768). */
const faintest = 60;

/** Silence before the assistant's first sound that is compared along: the beginning tells most. */
const leadFrames = Math.ceil(96 / frameMs);

/** Share of still frames that shows that nothing comes back. */
const mostlyStill = 0.8;

export type Verdict = "human" | "echo" | "unsure";

export interface EchoMonitor {
	/** Sound sent to be played from `startMs` on (wall clock). */
	played(pcm: Int16Array, rate: number, startMs: number): void;
	/** What was to be played after `nowMs` (wall clock) will not be. */
	silenced(nowMs: number): void;
	/** Sound of the microphone whose last sample arrived at `endMs` (wall clock). */
	heard(pcm: Int16Array, endMs: number): void;
	/** Whether the last fifth of a second of the microphone is somebody or the assistant itself. */
	verdict(): Verdict;
	/** Another microphone, or the same one anew: nothing is known about its way. */
	restart(): void;
}

/**
 * Tells a person from the assistant's own voice coming back through the loudspeaker, by loudness over time: an echo
 * follows what was played at a constant delay and a constant strength; who speaks over it is louder than that.
 * Where nothing comes back (headphones, the browser's echo cancellation), everything loud enough is a person.
 */
export function createEchoMonitor(): EchoMonitor {
	const playback = new Map<number, number>();
	const microphone: { frame: number; loudness: number }[] = [];
	let rest = new Int16Array(0);
	/** The earliest arrival ever implied fixes the sound's own clock, so that jitter of the network does not count. */
	let anchor: number | undefined;
	let samples = 0;
	let path: { lag: number; gain: number; correlation: number } | undefined;
	/** The microphone was still while sound played: a likeness found later is chance unless it is a great one. */
	let still = false;

	const playedAt = (frame: number): number => playback.get(frame) ?? 0;

	/** The frames compared: the last ones, but none of what was said before the assistant began. */
	const compared = (): typeof microphone => {
		const recent = microphone.slice(-compareFrames);
		const first = recent.findIndex(({ frame }) => playedAt(frame) > faintest);
		return first < 0 ? [] : recent.slice(Math.max(0, first - leadFrames));
	};

	/** Sound played for long enough to have come back, and the microphone heard nothing of it. */
	const stayedStill = (recent: typeof microphone): boolean => {
		const before = recent.slice(0, -verdictFrames);
		const quiet = before.filter(({ loudness }) => loudness <= faintest).length;
		return before.length >= enoughFrames && quiet > mostlyStill * before.length;
	};

	const findPath = (recent: typeof microphone) => {
		let best: { lag: number; gain: number; correlation: number } | undefined;
		for (let lag = 0; lag <= longestLagFrames; lag += 1) {
			const pairs = recent.map(({ frame, loudness }) => [loudness, playedAt(frame - lag)] as const);
			const live = pairs.filter(([, sent]) => sent > faintest);
			if (live.length < leastFrames) continue;
			const correlation = correlate(pairs);
			if (best === undefined || correlation > best.correlation) {
				best = { lag, gain: median(live.map(([loudness, sent]) => loudness / sent)), correlation };
			}
		}
		return best;
	};

	return {
		played(pcm, rate, startMs) {
			const step = Math.max(1, Math.round((rate * frameMs) / 1000));
			const first = Math.round(startMs / frameMs);
			for (let i = 0; i * step < pcm.length; i += 1) {
				playback.set(first + i, loudnessOf(pcm.subarray(i * step, (i + 1) * step)));
			}
			const newest = microphone.at(-1)?.frame ?? first;
			for (const frame of playback.keys()) if (frame < newest - historyFrames) playback.delete(frame);
		},
		silenced(nowMs) {
			for (const frame of playback.keys()) if (frame * frameMs > nowMs) playback.delete(frame);
		},
		heard(pcm, endMs) {
			samples += pcm.length;
			const implied = endMs - (samples * 1000) / sampleRate;
			anchor = anchor === undefined || implied < anchor ? implied : anchor + Math.min(0.01, implied - anchor);
			const joined = new Int16Array(rest.length + pcm.length);
			joined.set(rest);
			joined.set(pcm, rest.length);
			const whole = Math.floor(joined.length / frameSamples);
			const startMs = anchor + ((samples - joined.length) * 1000) / sampleRate;
			for (let i = 0; i < whole; i += 1) {
				microphone.push({
					frame: Math.round(startMs / frameMs) + i,
					loudness: loudnessOf(joined.subarray(i * frameSamples, (i + 1) * frameSamples)),
				});
			}
			rest = joined.slice(whole * frameSamples);
			if (microphone.length > historyFrames) microphone.splice(0, microphone.length - historyFrames);
		},
		verdict() {
			const stretch = compared();
			const found = findPath(stretch);
			const known = still || (path !== undefined && path.correlation >= sureCorrelation);
			const keep = known ? sureCorrelation : echoCorrelation;
			if (found !== undefined && found.correlation >= keep) path = found;
			// Headphones went on, or the page's echo cancellation found its filter: the echo is gone.
			else if (path !== undefined && found !== undefined && found.gain < path.gain / 3) path.gain = found.gain;
			const recent = microphone.slice(-verdictFrames);
			if (path === undefined) {
				still ||= stayedStill(stretch);
				const playing = stretch.filter(({ frame }) => playedAt(frame) > faintest).length;
				if (playing < enoughFrames) return "unsure";
				const loud = recent.filter(({ loudness }) => loudness > faintest).length;
				return loud > recent.length / 2 ? "human" : "unsure";
			}
			const { lag, gain } = path;
			let heardEnergy = 0;
			let echoEnergy = 0;
			let surprises = 0;
			for (const { frame, loudness } of recent) {
				let loudest = 0;
				for (let near = -2; near <= 2; near += 1) loudest = Math.max(loudest, playedAt(frame - lag + near));
				const expected = faintest + gain * loudest;
				heardEnergy += loudness ** 2;
				echoEnergy += expected ** 2;
				if (loudness > louder * expected) surprises += 1;
			}
			if (surprises < louderFrames || heardEnergy <= moreEnergy * echoEnergy) return "echo";
			return path.correlation >= sureCorrelation ? "human" : "unsure";
		},
		restart() {
			microphone.length = 0;
			rest = new Int16Array(0);
			anchor = undefined;
			samples = 0;
			path = undefined;
			still = false;
		},
	};
}

function loudnessOf(pcm: Int16Array): number {
	let sum = 0;
	for (const sample of pcm) sum += sample * sample;
	return pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length);
}

/** Pearson's correlation. */
function correlate(pairs: readonly (readonly [number, number])[]): number {
	const n = pairs.length;
	let sumA = 0;
	let sumB = 0;
	for (const [a, b] of pairs) {
		sumA += a;
		sumB += b;
	}
	const meanA = sumA / n;
	const meanB = sumB / n;
	let both = 0;
	let squareA = 0;
	let squareB = 0;
	for (const [a, b] of pairs) {
		both += (a - meanA) * (b - meanB);
		squareA += (a - meanA) ** 2;
		squareB += (b - meanB) ** 2;
	}
	return squareA === 0 || squareB === 0 ? 0 : both / Math.sqrt(squareA * squareB);
}

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? 0;
}

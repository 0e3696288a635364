import { type Activity, sampleRate, windowSamples } from "../contract/index.ts";
import type { Sense } from "./sense.ts";

/** Milliseconds as samples of the microphone's stream. */
export const samplesOf = (ms: number): number => Math.round((ms * sampleRate) / 1000);

/** Samples of the microphone's stream as milliseconds. */
export const msOf = (samples: number): number => (samples * 1000) / sampleRate;

/** Silences that end a turn, in milliseconds. */
export interface Waits {
	/** Where the turn model's answer is at least `complete`. */
	steps: readonly { complete: number; silenceMs: number }[];
	/** Where it is less, and where there is no turn model. */
	otherwiseMs: number;
	unsureMs: number;
}

const steps = (sureMs: number, likelyMs: number, maybeMs: number): Waits["steps"] => [
	{ complete: 0.9, silenceMs: sureMs },
	{ complete: 0.6, silenceMs: likelyMs },
	{ complete: 0.3, silenceMs: maybeMs },
];

/** When a turn begins and ends. Milliseconds; probabilities 0 to 1. */
export interface EndpointSettings {
	/** Silero's own thresholds: speech begins above `speechOn` and lasts until it falls below `speechOff`. */
	speechOn: number;
	speechOff: number;
	/** Speech within the last `onsetSpanMs` that makes a beginning: a click or a cough is shorter. */
	onsetMs: number;
	onsetSpanMs: number;
	/** Sound kept from before the first speech window, which comes late on soft consonants. */
	preRollMs: number;
	/** Silence after which the final text is decoded ahead. */
	decodeAheadMs: number;
	/** Silences at which the turn model is asked, unless what it said before has settled when the turn ends. */
	askAtMs: readonly number[];
	/** How much further the sound is when the answer can be there: it counts from then on, until the next one does. */
	answerMs: number;
	/**
	 * Silence that ends the turn, by what the words so far are and how sure the turn model is that the speaker has
	 * finished; the first that fits counts. Without a turn model `unsure` does.
	 */
	waits: Readonly<Record<Exclude<Sense, "unfinished">, Waits>>;
	/** Least silence after a very short sound ("may I…") that is no command. */
	shortSilenceMs: number;
	shortSpeechMs: number;
	/** Silence that ends any turn: a finished sentence in a level voice gets a low value from the turn model. */
	longestSilenceMs: number;
	/** A turn is cut here at the latest: the engines keep two minutes of sound. */
	longestTurnMs: number;
}

/** Tuned on recordings of people (test/voice/endpoint.live.test.ts holds them to it): nobody is cut off. */
export const defaultEndpointSettings: EndpointSettings = {
	speechOn: 0.5,
	speechOff: 0.35,
	onsetMs: 96,
	onsetSpanMs: 192,
	preRollMs: 300,
	decodeAheadMs: 128,
	askAtMs: [160, 256, 352, 448, 640, 992, 1248],
	answerMs: 96,
	waits: {
		call: {
			steps: [
				{ complete: 0.5, silenceMs: 288 },
				{ complete: 0.2, silenceMs: 640 },
			],
			otherwiseMs: 1312,
			unsureMs: 640,
		},
		request: { steps: steps(384, 560, 960), otherwiseMs: 1800, unsureMs: 800 },
		ask: { steps: steps(608, 960, 1312), otherwiseMs: 1600, unsureMs: 1312 },
		unknown: { steps: steps(1152, 1312, 1600), otherwiseMs: 1800, unsureMs: 1312 },
		// However sure the model is: people pause for 1.3 s after such words, and a busy machine adds gaps to their sound.
		fragment: { steps: [{ complete: 0.3, silenceMs: 1600 }], otherwiseMs: 1800, unsureMs: 1600 },
	},
	shortSilenceMs: 640,
	shortSpeechMs: 256,
	longestSilenceMs: 1800,
	longestTurnMs: 60_000,
};

/** A stretch of sound the turn model is asked about: up to `at`, with silence since `speechEnd`. */
export interface Ask {
	from: number;
	speechEnd: number;
	at: number;
}

/** What the sound says about the turn. Positions are samples since the stream began. */
export type EndpointEvent =
	/** Somebody began: `onset` is the first speech, `from` the sound to decode from. */
	| { kind: "start"; from: number; onset: number }
	/** Silence long enough to decode the final text ahead. */
	| { kind: "pause"; from: number; speechEnd: number; at: number }
	/** The turn model is to be asked; `answer` takes what it says. */
	| ({ kind: "ask" } & Ask)
	/** They went on speaking: what was decoded ahead is void. */
	| { kind: "resume" }
	| {
			kind: "end";
			from: number;
			onset: number;
			speechEnd: number;
			at: number;
			reason: "complete" | "silence" | "length" | "stop";
	  };

export interface Endpointer {
	/** Takes the next window and gives what follows from it. */
	push(activity: Activity): EndpointEvent[];
	/**
	 * Takes the answer to an "ask": the probability that the speaker has finished, undefined without a turn model; and
	 * what the words so far are. An answer about a silence that is over changes nothing.
	 */
	answer(ask: Pick<Ask, "speechEnd" | "at">, complete: number | undefined, sense?: Sense): EndpointEvent[];
	/** Ends the turn now. Without one under way, faint speech since the last turn still counts as one. */
	stop(): EndpointEvent[];
	/** Forgets everything: another stream begins, at position 0. */
	reset(): void;
	readonly speaking: boolean;
}

interface Turn {
	from: number;
	onset: number;
	speechEnd: number;
	paused: boolean;
	asked: number;
	/** Undefined until the turn model was heard in this silence; null when there is none. */
	complete: number | null | undefined;
	sense: Sense | undefined;
	/** Silence in milliseconds that a later answer decides about. */
	next: number;
}

/** A turn in which nobody has fallen silent, or not since they went on. */
const unbroken = { paused: false, asked: 0, complete: undefined, sense: undefined, next: 0 };

/**
 * Decides from voice activity where a turn begins and ends. Pure: time is the position in the stream, so that a busy
 * machine ends turns where a quiet one does. Answers that come late are waited for: an early one, from less silence,
 * does not end a turn that a later one would have kept open.
 */
export function createEndpointer(settings: EndpointSettings = defaultEndpointSettings): Endpointer {
	let turn: Turn | undefined;
	let recent: Activity[] = [];
	let position = 0;
	/** Where the last turn ended: the next one does not reach back over it. */
	let floor = 0;
	/** First and last speech window since the last turn, however short. */
	let faint: { from: number; to: number } | undefined;

	const end = (of: Turn, reason: "complete" | "silence" | "length" | "stop"): EndpointEvent[] => {
		turn = undefined;
		recent = [];
		faint = undefined;
		floor = Math.max(of.speechEnd, floor);
		return [{ kind: "end", from: of.from, onset: of.onset, speechEnd: of.speechEnd, at: position, reason }];
	};

	const neededSilence = ({ complete, sense, onset, speechEnd }: Turn): number => {
		if (complete === undefined || sense === "unfinished") return settings.longestSilenceMs;
		// Words that could not be looked at are taken for a request: the sound decides.
		const { steps, otherwiseMs, unsureMs } = settings.waits[sense ?? "request"];
		const fitting = complete === null ? undefined : steps.find((step) => complete >= step.complete);
		const needed = fitting?.silenceMs ?? (complete === null ? unsureMs : otherwiseMs);
		const short = sense !== "call" && msOf(speechEnd - onset) < settings.shortSpeechMs;
		return short ? Math.max(needed, settings.shortSilenceMs) : needed;
	};

	/** No later answer can come before the silence is long enough for what is known. */
	const settled = (of: Turn): boolean => of.complete !== undefined && neededSilence(of) < of.next;

	const decide = (of: Turn): EndpointEvent[] => {
		const silence = msOf(position - of.speechEnd);
		if (silence >= settings.longestSilenceMs) return end(of, "silence");
		if (!settled(of) || silence < neededSilence(of)) return [];
		return end(of, of.complete === null ? "silence" : "complete");
	};

	const begin = (): EndpointEvent[] => {
		const span = recent.filter((window) => window.end > position - samplesOf(settings.onsetSpanMs));
		const speech = span.filter((window) => window.speech >= settings.speechOn);
		const first = speech[0];
		if (first === undefined || msOf(speech.length * windowSamples) < settings.onsetMs) return [];
		const onset = first.end - windowSamples;
		const from = Math.max(floor, onset - samplesOf(settings.preRollMs), 0);
		turn = { from, onset, speechEnd: position, ...unbroken };
		return [{ kind: "start", from, onset }];
	};

	const quiet = (of: Turn): EndpointEvent[] => {
		const silence = msOf(position - of.speechEnd);
		const about = { from: of.from, speechEnd: of.speechEnd, at: position };
		const events: EndpointEvent[] = [];
		if (!of.paused && silence >= settings.decodeAheadMs) {
			of.paused = true;
			events.push({ kind: "pause", ...about });
		}
		const due = settings.askAtMs.filter((ms) => ms <= silence).length;
		if (due > of.asked) {
			of.asked = due;
			if (!settled(of)) events.push({ kind: "ask", ...about });
		}
		return [...events, ...decide(of)];
	};

	return {
		get speaking() {
			return turn !== undefined;
		},
		push(activity) {
			position = activity.end;
			if (activity.speech >= settings.speechOn) {
				faint = { from: faint?.from ?? position - windowSamples, to: position };
			}
			if (turn === undefined) {
				recent = [...recent.slice(-16), activity];
				return activity.speech >= settings.speechOn ? begin() : [];
			}
			if (msOf(position - turn.from) >= settings.longestTurnMs) return end(turn, "length");
			// Once silent, speech needs the higher threshold to go on: breath does not prolong a turn.
			if (activity.speech < (turn.paused ? settings.speechOn : settings.speechOff)) return quiet(turn);
			const resumed = turn.paused;
			turn = { ...turn, speechEnd: position, ...unbroken };
			return resumed ? [{ kind: "resume" }] : [];
		},
		answer({ speechEnd, at }, complete, sense) {
			if (turn === undefined || turn.speechEnd !== speechEnd) return [];
			const next = settings.askAtMs.find((ms) => ms > msOf(at - speechEnd));
			turn.next = next === undefined ? Number.POSITIVE_INFINITY : next + settings.answerMs;
			turn.complete = complete ?? null;
			turn.sense = sense;
			return decide(turn);
		},
		stop() {
			if (turn !== undefined) return end(turn, "stop");
			if (faint === undefined) return [];
			const { from, to } = faint;
			const start = Math.max(floor, from - samplesOf(settings.preRollMs), 0);
			return end({ from: start, onset: from, speechEnd: to, ...unbroken }, "stop");
		},
		reset() {
			turn = undefined;
			recent = [];
			faint = undefined;
			position = 0;
			floor = 0;
		},
	};
}

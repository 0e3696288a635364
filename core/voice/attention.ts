import type { Activity } from "../contract/index.ts";
import { yesOrNo } from "../text/index.ts";
import { createEchoMonitor } from "./echo/index.ts";
import { withoutOwnVoice } from "./own-voice.ts";
import { isHush } from "./phrases.ts";
import type { Speaker } from "./speak.ts";
import { wordsOf } from "./words.ts";

/** Windows of 32 ms: speech in three of the last six is somebody interrupting, not a knock on the table. */
const spanWindows = 6;
const speechWindows = 3;

/** So many windows are remembered: ten seconds. */
const humanWindows = 312;

/** Voice activity that is speech, and that is where it is a vowel: some loud ones stay below 0.2 for a third of a second. */
const sureSpeech = 0.5;
const likelySpeech = 0.05;

/** The loudspeaker is heard for a moment after it fell silent: buffers, echo. Milliseconds. */
const tailMs = 400;

/** So many words that are not the assistant's are a person's; fewer may be its own, cut and misheard. */
const foreignWords = 4;

/** Knows, while the assistant talks, whether somebody talks to it. */
export interface Attention {
	played(pcm: Int16Array, rate: number, startMs: number): void;
	/** The speech sent was taken back. */
	silenced(): void;
	heard(pcm: Int16Array, endMs: number): void;
	/**
	 * How likely the window, whose sound arrived at `atMs`, is speech of a person: the assistant's own voice is 0. May
	 * interrupt the assistant.
	 */
	weigh(activity: Activity, atMs: number): number;
	/**
	 * What was heard since `startedAt` while the assistant talks. Interrupts it when these are not its own words;
	 * `asked`: it is reading a question, so that "no" is reason enough.
	 */
	partial(text: string, startedAt: number, asked: boolean): void;
	/**
	 * Whether words heard while it said `over` are a person's: many that are not its own, or a plain "stop" or "no", and
	 * not in sound that is known to be its own by now. A recogniser makes four other words of an echo easily.
	 */
	isPerson(text: string, said: { startedAt: number; endOfSpeechAt: number }, over: string, asked: boolean): boolean;
	/** Whether the sound showed that a person said this while the assistant talked. */
	surely(said: { startedAt: number; endOfSpeechAt: number }): boolean;
	/** What the assistant was saying while something was said (wall clock), if it was talking. */
	spokenOver(said: { startedAt: number; endOfSpeechAt: number }): string | undefined;
	/** The microphone was opened anew. */
	reset(): void;
}

/**
 * `interrupt` is called when a person speaks over the assistant: at once where the sound tells, by the words where
 * the sound leaves it open.
 */
export function createAttention(deps: { speaker: Speaker; now(): number; interrupt(): void }): Attention {
	const { speaker, now, interrupt } = deps;
	const monitor = createEchoMonitor();
	let recent: boolean[] = [];
	/** What was being said at the last interruption, from when and until when. */
	let cut: { text: string; began: number; at: number; by: "sound" | "words" } | undefined;
	/** When the last windows arrived that were speech and a person by their sound. */
	let human: number[] = [];

	const isPerson: Attention["isPerson"] = (text, { startedAt, endOfSpeechAt }, over, asked) => {
		if (monitor.wasEcho(startedAt, endOfSpeechAt)) return false;
		const said = withoutOwnVoice(text, over);
		return wordsOf(said).length >= foreignWords || isHush(said) || (asked && yesOrNo(said) === false);
	};

	const barge = (by: "sound" | "words"): void => {
		cut = { text: speaker.text(), began: speaker.began(), at: now(), by };
		recent = [];
		interrupt();
	};

	return {
		played: (pcm, rate, startMs) => monitor.played(pcm, rate, startMs),
		silenced: () => monitor.silenced(now()),
		heard: (pcm, endMs) => monitor.heard(pcm, endMs),
		weigh(activity, at) {
			// Sound that was kept while the engines were away is weighed by when it was said. After an interruption the
			// floor is the person's until the assistant speaks again.
			const silent = at < speaker.began() || at > speaker.until() + tailMs;
			if (silent || (cut !== undefined && speaker.began() <= cut.at)) {
				recent = [];
				return activity.speech;
			}
			const verdict = activity.speech < likelySpeech ? "unsure" : monitor.verdict(at);
			const speech = activity.speech >= sureSpeech || (verdict === "human" && monitor.voiced());
			recent = [...recent.slice(1 - spanWindows), speech];
			if (verdict === "echo") return 0;
			if (verdict === "human" && speech) {
				human = [...human.slice(-humanWindows), at];
				if (recent.filter(Boolean).length >= speechWindows && speaker.talking()) barge("sound");
			}
			return activity.speech;
		},
		partial(text, startedAt, asked) {
			if (!speaker.talking() || monitor.verdict(now()) === "echo") return;
			if (isPerson(text, { startedAt, endOfSpeechAt: now() }, speaker.text(), asked)) barge("words");
		},
		isPerson,
		surely({ startedAt, endOfSpeechAt }) {
			const within = (at: number): boolean => at >= startedAt && at <= endOfSpeechAt;
			return (cut?.by === "sound" && within(cut.at)) || human.filter(within).length >= speechWindows;
		},
		spokenOver({ startedAt, endOfSpeechAt }) {
			if (cut !== undefined && startedAt <= cut.at && endOfSpeechAt >= cut.began) return cut.text;
			const overlaps = startedAt <= speaker.until() + tailMs && endOfSpeechAt >= speaker.began();
			return overlaps ? speaker.text() : undefined;
		},
		reset() {
			monitor.restart();
			recent = [];
		},
	};
}

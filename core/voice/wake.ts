import { soundsLike } from "../text/index.ts";
import { wordsOf } from "./words.ts";

/** How alike by sound the heard words and the phrase must be; later in a sentence more is asked for. */
const atTheStart = 0.78;
const further = 0.88;
/** With a word more or less than the phrase has ("hay comp uter"): "computer" alone is 0.89. */
const otherwiseCut = 0.93;

/** Least likeness of each word of it: "my computer" is not "hey computer", however alike the long word makes them. */
const eachWord = 0.35;

/** Words before the phrase that still count as the start: "um, okay, hey computer". */
const leadingWords = 2;

/**
 * Looks for the wake phrase in a transcript, by sound. Gives the words after it ("" when the phrase stands alone),
 * or undefined when it was not said. The last one counts: "hey computer, hey computer, stop".
 * With `leading` only the start of the sentence is looked at: "remind me to greet my computer" is left whole.
 */
export function afterWakePhrase(text: string, phrase: string, options: { leading?: boolean } = {}): string | undefined {
	const wanted = wordsOf(phrase);
	if (wanted.length === 0) return text;
	const heard = [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu)];
	let best: { likeness: number; end: number; start: number } | undefined;
	const starts = options.leading === true ? Math.min(1, heard.length) : heard.length;
	for (let start = 0; start < starts; start += 1) {
		for (let length = Math.max(1, wanted.length - 1); length <= wanted.length + 1; length += 1) {
			const window = heard.slice(start, start + length);
			const last = window.at(-1);
			if (window.length < length || last === undefined) continue;
			const likeness = soundsLike(window.map((word) => word[0]).join(" "), wanted.join(" "));
			const mapped = length === wanted.length;
			if (mapped && window.some((word, i) => soundsLike(word[0], wanted[i] ?? "") < eachWord)) continue;
			if (!mapped && likeness < otherwiseCut) continue;
			if (likeness < (start <= leadingWords ? atTheStart : further)) continue;
			const better = best === undefined || start >= best.start + wanted.length || likeness > best.likeness;
			if (better) best = { likeness, start, end: last.index + last[0].length };
		}
	}
	if (best === undefined) return undefined;
	return text.slice(best.end).replace(/^[\s,.!?;:–—-]+/u, "");
}

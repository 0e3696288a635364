import { wordsOf } from "./words.ts";

const hush = new Set([
	"stop",
	"stop it",
	"stop that",
	"stop talking",
	"please stop",
	"be quiet",
	"quiet",
	"silence",
	"shut up",
	"hush",
	"enough",
	"thats enough",
	"okay stop",
	"ok stop",
	"cancel",
	"cancel that",
	"never mind",
	"nevermind",
	"okay thanks",
	"okay thank you",
]);

const said = (text: string): string => {
	const words = wordsOf(text);
	// People repeat themselves: "yes yes", "no, no, no".
	const once = words.filter((word, index) => word !== words[index - 1]);
	return once.filter((word) => !["um", "uh", "er", "erm", "well", "oh"].includes(word)).join(" ");
};

/** The whole of what was said asks the assistant to stop what it is saying or doing. */
export function isHush(text: string): boolean {
	return hush.has(said(text).replace(/ please$/, ""));
}

/** What recognisers write where nobody spoke: the sign-offs of the videos they learned from. */
const signOffs = new Set([
	"thank you",
	"thank you very much",
	"thank you so much",
	"thanks for watching",
	"thank you for watching",
	"thank you so much for watching",
	"please subscribe",
	"like and subscribe",
	"ill see you next time",
	"see you next time",
	"ill see you in the next video",
	"subtitles by the amara org community",
	"you",
	"bye",
	"bye bye",
	"the",
	"so",
	"i",
	"oh",
	"hmm",
	"mm",
	"uh",
	"um",
	"ah",
]);

/**
 * True where a transcript is nothing anybody said: no words, a description of sound ("[Music]", "(applause)", "♪"),
 * a sign-off from the training data, or one word over and over.
 */
export function isMadeUp(text: string): boolean {
	const bare = text.replaceAll(/\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫]+/g, " ").trim();
	const words = wordsOf(bare);
	if (words.length === 0) return true;
	if (signOffs.has(words.join(" "))) return true;
	return words.length >= 6 && new Set(words).size <= 2;
}

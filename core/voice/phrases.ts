import { wordsOf } from "./words.ts";

const yes = new Set([
	"yes",
	"yeah",
	"yep",
	"yup",
	"yes please",
	"yeah please",
	"please do",
	"do it",
	"yes do it",
	"yes do that",
	"do that",
	"go ahead",
	"yes go ahead",
	"sure",
	"sure do it",
	"okay",
	"ok",
	"okay do it",
	"confirm",
	"confirmed",
	"i confirm",
	"correct",
	"yes thats right",
	"thats right",
	"proceed",
	"approve",
	"approved",
	"send it",
	"yes send it",
	"absolutely",
	"of course",
]);

const no = new Set([
	"no",
	"nope",
	"nah",
	"no thanks",
	"no thank you",
	"no dont",
	"dont",
	"do not",
	"dont do it",
	"do not do it",
	"no dont do it",
	"cancel",
	"cancel it",
	"cancel that",
	"no cancel",
	"no cancel that",
	"stop",
	"no stop",
	"never mind",
	"nevermind",
	"no never mind",
	"forget it",
	"leave it",
	"abort",
	"not now",
	"rather not",
	"id rather not",
]);

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

/** The whole of what was said is a clear yes (true) or no (false); anything else is undefined. */
export function yesOrNo(text: string): boolean | undefined {
	const words = said(text).replace(/ please$/, "");
	if (yes.has(words)) return true;
	if (no.has(words)) return false;
	return undefined;
}

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

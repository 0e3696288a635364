const yes = [
	"yes|yeah|yep|yup|sure|ok|okay|right|correct|absolutely|definitely|of course|thats (?:right|correct)|sounds good",
	"(?:i )?confirm|confirmed|approved?|proceed|go ahead|go on|go for it|please do|do (?:it|that|so)|send it",
].join("|");
const no = [
	"no|nope|nah|no way|not now|abort|(?:cancel|stop|forget|drop|leave)(?: it| that| this)?|never ?mind|better not",
	"(?:dont|do not)(?: do (?:it|that)| send it)?|i dont want (?:to|that|it)|(?:id )?rather not",
].join("|");
const allYes = new RegExp(`^(?:${yes})(?: (?:${yes}))*$`);
const allNo = new RegExp(`^(?:${no})(?: (?:${no}))*$`);

/** What people put around an answer. */
const fillers = /\b(?:please(?! do$)|thanks|thank you|um|uh|er|erm|well|oh|wait|actually|just)\b/g;

/** Lower case, apostrophes dropped, letters only. */
function plain(text: string): string {
	return text
		.toLowerCase()
		.replace(/['’]/g, "")
		.replace(/[^a-z]+/g, " ")
		.trim();
}

/**
 * Reads an answer to a question of yes or no; undefined where the words are neither. The whole of what was said must be
 * the one or the other, however often: a longer sentence is a command of its own.
 */
export function yesOrNo(text: string): boolean | undefined {
	const words = plain(text).replace(fillers, " ").replace(/\s+/g, " ").trim();
	if (allYes.test(words)) return true;
	return allNo.test(words) ? false : undefined;
}

const moment = "(?:moment|second|sec|minute|bit)";
const waits = new RegExp(
	`^(?:wait|hold on|hang on|(?:wait |hold on )?(?:just )?(?:a|one) ${moment}|(?:wait|hold on|hang on) (?:for )?(?:a|one) ${moment}|give me a ${moment}|let me think)(?: please)?$`,
);

/** The whole of what was said asks for time before an answer. */
export function asksToWait(text: string): boolean {
	return waits.test(plain(text));
}

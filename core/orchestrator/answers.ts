/** What short answers to "Shall I?" mean. Longer sentences are commands of their own. */
const yes =
	/^(yes|yeah|yep|yup|sure|ok|okay|confirm|confirmed|do (?:it|that|so)|send it|go ahead|go on|go for it|please do|sounds good|that s (?:right|correct)|of course|correct|right|absolutely|definitely)$/;
const no =
	/^(no|nope|nah|(?:cancel|stop|forget|drop)(?: it| that| this)?|(?:don t|do not)(?: do (?:it|that)| send it)?|i don t want (?:to|that|it)|never mind|nevermind|abort|leave it|not now|no way|rather not|better not)$/;

/** Reads an answer to a question of yes or no; undefined where the words are neither. */
export function yesOrNo(text: string): boolean | undefined {
	const words = text
		.toLowerCase()
		.replace(/[^a-z]+/g, " ")
		.replace(/\b(please|thanks|thank you|um|uh|well|oh|wait|actually|just)\b/g, " ")
		.replace(/\s+/g, " ")
		.trim();
	const parts = words.split(" ");
	// "yes yes", "yes do it": every part must say the same.
	if (yes.test(words) || (parts[0] !== undefined && yes.test(parts[0]) && yes.test(parts.slice(1).join(" "))))
		return true;
	if (no.test(words) || (parts[0] !== undefined && no.test(parts[0]) && no.test(parts.slice(1).join(" "))))
		return false;
	return undefined;
}

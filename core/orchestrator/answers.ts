/** What short answers to "Shall I?" mean. Longer sentences are commands of their own. */
const yes =
	/^(yes|yeah|yep|yup|sure|ok|okay|confirm|confirmed|do it|go ahead|go on|please do|of course|correct|right|absolutely|definitely)$/;
const no = /^(no|nope|nah|cancel|stop|don t|do not|never mind|nevermind|forget it|abort|leave it|not now|no way)$/;

/** Reads an answer to a question of yes or no; undefined where the words are neither. */
export function yesOrNo(text: string): boolean | undefined {
	const words = text
		.toLowerCase()
		.replace(/[^a-z]+/g, " ")
		.replace(/\b(please|thanks|thank you|um|uh|well)\b/g, " ")
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

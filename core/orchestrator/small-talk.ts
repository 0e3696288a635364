import { yesOrNo } from "../text/index.ts";

const name = "(?: (?:there|aios|computer|assistant|everyone))?";
const often = "(?: (?:so|very) much| a lot| a million)?(?: for (?:that|this|it|your help|the help|everything))?";

/** What people say to be polite, with what is said back. Nothing is done for it. */
const courtesies: readonly (readonly [RegExp, string])[] = [
	[
		new RegExp(
			`^(?:(?:okay|ok|great|perfect|good|nice|cool|wonderful|no|all right) )*(?:many )?(?:thanks|thank you|cheers)${often}${name}$`,
		),
		"You're welcome.",
	],
	[
		/^(?:well done|(?:good|great|nice) (?:job|work)|good (?:boy|girl)|you are (?:great|the best|awesome))$/,
		"Glad to help.",
	],
	[new RegExp(`^good night${name}$`), "Good night."],
	[new RegExp(`^(?:bye|goodbye|good bye|bye bye|see you(?: later| soon| tomorrow)?)${name}$`), "Goodbye."],
	[
		new RegExp(`^(?:hello|hi|hey|good (?:morning|afternoon|evening)|hello hello)${name}$`),
		"Hello. What can I do for you?",
	],
	[
		/^(?:hello |hi |hey )?(?:how are you|how are you doing|how is it going)(?: today)?$/,
		"I'm well, thank you. What can I do for you?",
	],
];

/** The answer to words that are mere politeness; undefined for all others. */
export function courtesy(text: string): string | undefined {
	const words = text
		.toLowerCase()
		.replace(/['’]/g, "")
		.replace(/\b(how|you)(s|re)\b/g, (_, word: string, ending: string) => `${word} ${ending === "s" ? "is" : "are"}`)
		.replace(/[^a-z]+/g, " ")
		.trim();
	return courtesies.find(([pattern]) => pattern.test(words))?.[1];
}

/** Whether words that no tool serves are a question, which the web may answer. */
export function isQuestion(text: string): boolean {
	return /^(?:(?:and|so|okay|please|tell me) )?(?:who|what|when|where|why|how|which|whose)(?:['’]s|['’]re)?(?: \S+){2,}$/i.test(
		text.trim(),
	);
}

/** Whether these words take up the offer to search. */
export function takesOffer(text: string): boolean {
	return (
		yesOrNo(text) === true ||
		/^(?:yes )?(?:search(?: the web)?(?: for (?:it|that))?|look (?:it|that) up|google (?:it|that))(?: please)?[.!]?$/i.test(
			text.trim(),
		)
	);
}

/** The answer to a yes or a no for which nothing waits; undefined for other words. */
export function idleAnswer(text: string): string | undefined {
	const answer = yesOrNo(text);
	if (answer === undefined) return undefined;
	if (answer) return "Nothing is waiting for a yes.";
	return /\b(?:stop|cancel|abort)\b/i.test(text) ? "There is nothing to stop." : "Okay.";
}

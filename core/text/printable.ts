/**
 * What a terminal takes as an order and not as text: sequences that begin with ESC (colours, the title, the clipboard: ECMA-48
 * sections 5.4 and 5.6), other control characters, and marks that make text read in another order than it is written in.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const orders = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g;
const invisible = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** What every order and every line break has; most texts have none of it. */
const suspicious = new RegExp(invisible.source, "u");

/** Text of a stranger or a program as it may be shown and said: line breaks and tabs stay, every other order goes. */
export function printable(text: string): string {
	if (!suspicious.test(text)) return text;
	return text
		.replaceAll(/\r\n?/g, "\n")
		.replaceAll(orders, "")
		.replaceAll(invisible, (one) => (one === "\n" || one === "\t" ? one : ""));
}

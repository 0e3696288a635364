import { type Token, tokenize } from "./normalise.ts";

const again = "(?:no|wait|sorry|hang on|hold on)";
const instead = "(?:i mean|i meant|make (?:that|it)|rather|i want|that(?:'s| is) wrong|scratch that)";

/** Words with which people take back what they just said: "five, no, I mean ten". One alone must stand apart by commas. */
const takingBack = new RegExp(
	[
		`[\\s,.;–—-]+(?:oh[\\s,]+)?${again}(?:[\\s,.]+${again})*[\\s,.]+(?:actually[\\s,]+)?${instead}[\\s,.:]+`,
		`[\\s,.;–—-]+(?:oh[\\s,]+)?${again}(?:[\\s,.]+${again})+[\\s,.]+`,
		`[\\s,.;–—-]+(?:scratch that|or rather|i meant)[\\s,]+`,
		`[,;.–—-]+\\s*(?:oh[\\s,]+)?(?:no|wait|sorry|actually|i mean|make that)(?:[\\s,]+${instead})?[,.;–—-]+\\s*`,
		`[,;.–—-]+\\s*(?:i mean|make that|actually)\\s+`,
	].join("|"),
	"i",
);

/** At most so many of the last words are what is taken back, and so many words before the end may stay behind it. */
const mostTakenBack = 4;
const mostKeptBehind = 2;

/**
 * What a sentence in which something is taken back may mean, the likeliest first: its end put in the place of some of
 * the words before ("set a timer for five no ten minutes" is "set a timer for ten minutes"), or its end alone. Empty
 * where nothing is taken back.
 */
export function corrections(text: string): string[] {
	const found = takingBack.exec(text);
	if (found === null) return [];
	const before = text.slice(0, found.index);
	const after = text.slice(found.index + found[0].length).trim();
	const tokens = tokenize(before);
	if (after === "" || tokens.length === 0) return [];
	const readings: string[] = [];
	for (let behind = 0; behind <= mostKeptBehind; behind++) {
		const end = tokens.length - behind;
		for (let start = end - 1; start >= Math.max(1, end - mostTakenBack); start--) {
			readings.push([upTo(before, tokens, start), after, from(before, tokens, end)].filter(Boolean).join(" "));
		}
	}
	return [...readings, after];
}

function upTo(text: string, tokens: readonly Token[], at: number): string {
	return text.slice(0, tokens[at - 1]?.to ?? 0);
}

function from(text: string, tokens: readonly Token[], at: number): string {
	const start = tokens[at]?.from;
	return start === undefined ? "" : text.slice(start);
}

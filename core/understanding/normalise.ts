/** One word of a sentence, as compared, and where it stands in the text. */
export interface Token {
	word: string;
	from: number;
	to: number;
}

const contractions: Record<string, string> = {
	"i'm": "i am",
	"can't": "can not",
	cannot: "can not",
	"won't": "will not",
	"let's": "let us",
	wanna: "want to",
	gonna: "going to",
	gimme: "give me",
	whats: "what is",
	wheres: "where is",
	"to-do": "to do",
	todo: "to do",
	ok: "okay",
	wifi: "wi-fi",
};

/** Only after these does 's mean "is"; after others it is a genitive ("today's date"). */
const isOwners = new Set(["what", "where", "who", "how", "when", "it", "that", "there", "here", "he", "she", "why"]);
const hesitations = new Set(["uh", "um", "uhm", "er", "erm", "hmm", "ah"]);

/** The words a written word stands for: "what's" is "what is", "don't" "do not", "today's" "todays". */
function wordsOf(written: string): string[] {
	const word = written.toLowerCase().replace(/[’`]/g, "'");
	if (Object.hasOwn(contractions, word)) return (contractions[word] ?? "").split(" ");
	if (/^[a-z]+$/.test(word)) return [word];
	const [, stem = "", ending = ""] = /^(.+?)(n't|'(?:s|re|ll|ve|d|m))$/.exec(word) ?? [];
	if (ending === "n't") return [stem, "not"];
	if (ending === "'s" && isOwners.has(stem)) return [stem, "is"];
	if (ending === "'re") return [stem, "are"];
	if (ending === "'ll") return [stem, "will"];
	if (ending === "'ve") return [stem, "have"];
	if (ending === "'d") return [stem, "would"];
	const plain = word.replaceAll("'", "");
	// "p.m." and "U.S." are one word each; "well-known" is two.
	const abbreviation = /^(?:[a-z]\.)+[a-z]?$/.test(plain) ? plain.replaceAll(".", "") : plain;
	return /^[a-z]+(?:-[a-z]+)+$/.test(abbreviation) ? abbreviation.split("-") : [abbreviation];
}

/** Word for word the same: templates and what was said are both written the second way. */
const sameWords: readonly (readonly [said: readonly string[], written: readonly string[]])[] = [
	["have i got", "do i have"],
	["have we got", "do we have"],
	["have you got", "do you have"],
].map(([said = "", written = ""]) => [said.split(" "), written.split(" ")]);

/** Splits a text into words, without case, outer punctuation and hesitations. */
export function tokenize(text: string): Token[] {
	const tokens = wordsIn(text);
	for (let at = 0; at < tokens.length; at++) {
		for (const [said, written] of sameWords) {
			if (!said.every((word, index) => tokens[at + index]?.word === word)) continue;
			for (const [index, word] of written.entries()) {
				const token = tokens[at + index];
				if (token !== undefined) token.word = word;
			}
		}
	}
	return tokens;
}

function wordsIn(text: string): Token[] {
	const tokens: Token[] = [];
	for (const match of text.matchAll(/\S+/g)) {
		const raw = match[0];
		const lead = /^["'“”‘([{<¿¡,;:!?…-]+(?=[\p{L}\p{N}])/u.exec(raw)?.[0].length ?? 0;
		const abbreviation = /^(?:\p{L}\.)+$/u.test(raw.slice(lead));
		const tail = abbreviation ? 0 : (/[.,!?;:"'“”’)\]}>…]+$/.exec(raw.slice(lead))?.[0].length ?? 0);
		const core = raw.slice(lead, raw.length - tail);
		if (core === "" || hesitations.has(core.toLowerCase())) continue;
		const from = match.index + lead;
		const to = from + core.length;
		const words = wordsOf(core).filter((word) => word !== "");
		for (const [index, word] of words.entries()) tokens.push({ word, from: index === 0 ? from : to, to });
	}
	return tokens;
}

const openers = [
	"please",
	"okay",
	"hey",
	"hi",
	"hello",
	"so",
	"well",
	"now",
	"and",
	"then",
	"also",
	"actually",
	"just",
	"kindly",
	"computer",
	"alexa",
	"siri",
	"okay google",
	"hey google",
	"can you",
	"could you",
	"would you",
	"will you",
	"can i",
	"could i",
	"may i",
	"would you mind",
	"i want you to",
	"i want to",
	"i would like you to",
	"i would like to",
	"i need you to",
	"i need to",
	"i would like",
	"i want",
	"i need",
	"let us",
	"go ahead and",
	"do you know",
	"do you happen to know",
	"do you have any idea",
	"any idea",
	"tell me",
	"let me know",
	"i want to know",
	"i would like to know",
	"do you mind",
	"i was wondering",
	"sorry",
	"excuse me",
	"oh",
	"right",
	"quick",
	"quickly",
	"alright",
	"all right",
	"great",
	"cool",
	"yeah",
	"listen",
	"could you possibly",
	"can you possibly",
	"be so kind and",
	"do me a favor and",
	"do me a favour and",
	"see if you can",
	"try to",
].map((phrase) => phrase.split(" "));

/** After a free text only those that are no part of one, or any behind a comma: "saying I am leaving now". */
const closers = [
	{ phrase: "please", ofText: false },
	{ phrase: "for me", ofText: false },
	{ phrase: "if you can", ofText: false },
	{ phrase: "if you would", ofText: false },
	{ phrase: "would you", ofText: false },
	{ phrase: "will you", ofText: false },
	{ phrase: "thanks", ofText: true },
	{ phrase: "thank you", ofText: true },
	{ phrase: "now", ofText: true },
	{ phrase: "right now", ofText: true },
	{ phrase: "okay", ofText: true },
	{ phrase: "again", ofText: true },
].map(({ phrase, ofText }) => ({ words: phrase.split(" "), ofText }));

/** A stretch of a sentence that may be the command in it. */
export interface Range {
	start: number;
	end: number;
	/** What follows it may be the end of a text: a command that ends with one is more than this. */
	cutsText: boolean;
}

/**
 * The stretches of a sentence that may be the command in it, the whole one first: what people open and close a request
 * with is taken off one by one, so that a template may still contain it ("can you hear me").
 * `names` are words the assistant is called by.
 */
export function commandRanges(text: string, tokens: readonly Token[], names: readonly string[]): Range[] {
	const named = names.map((name) => name.toLowerCase().split(/\s+/));
	const starts = [0];
	for (let at = 0; ; ) {
		const phrase = [...openers, ...named]
			.filter((words) => words.every((word, index) => tokens[at + index]?.word === word))
			.sort((a, b) => b.length - a.length)[0];
		if (phrase === undefined || at + phrase.length >= tokens.length) break;
		at += phrase.length;
		starts.push(at);
	}
	const ends = [{ end: tokens.length, cutsText: false }];
	const last = [...closers, ...named.map((words) => ({ words, ofText: false }))];
	for (let end = tokens.length, cutsText = false; ; ) {
		const closer = last.find(({ words }) =>
			words.every((word, index) => tokens[end - words.length + index]?.word === word),
		);
		if (closer === undefined || end - closer.words.length <= 0) break;
		end -= closer.words.length;
		const between = text.slice(tokens[end - 1]?.to ?? 0, tokens[end]?.from ?? 0);
		cutsText ||= closer.ofText && !/[,.;!?]/.test(between);
		ends.push({ end, cutsText });
	}
	return starts.flatMap((start) => ends.filter(({ end }) => end > start).map((end) => ({ start, ...end })));
}

import { soundsLike } from "../text/index.ts";
import { wordsOf } from "./words.ts";

/** What the words so far are, were they all. */
export type Sense =
	/** They can't be all: "set a timer for". */
	| "unfinished"
	/** A command with all it needs. */
	| "call"
	/** A command that asks back: something may still follow, but need not. */
	| "ask"
	/** Nothing known, but put as requests are: the answer that it can't be done may come soon. */
	| "request"
	/** Nothing known. */
	| "unknown"
	/** Nothing known, and by its words hardly the whole: "and so, my friends". */
	| "fragment";

/** Last words after which a sentence goes on: "set a timer for", "add milk and". */
const dangling = new Set(
	"a an the my our your their to for from of at with and or but if than as into called named plus minus um uh".split(
		" ",
	),
);

/** Questions may end in such a word: "what is it about", "which server is it on"; "where he minded me to" is none. */
const question =
	/^(what|which|who|whose|where|how|when)('?s\b|( \w+)? (is|are|was|were|do|does|did|can|could|will|would|should|has|have)\b)/i;

/** First words of something that leads up to what is wanted. */
const leading = new Set("and so but or because unless if while although since though".split(" "));

/** How questions and polite requests begin. */
const asking = new Set(
	"can could may would will should i id ill give get make bring show tell what when where who why how which is are do does did lets".split(
		" ",
	),
);

/** How orders begin. */
const ordering =
	"open close start launch play pause turn switch set add put remove delete cancel clear repeat list search find look check call send read write create run take mute increase decrease raise lower remind note save download install commit push pull clone brew order move copy rename stop".split(
		" ",
	);

/** How alike by sound a first word must be to one of these: "brewer" is "brew". */
const alike = 0.84;

/** Words that are common as they are, and no misheard order. */
const common = new Set(
	"a an the this that these those he she it we they you my his her its our your their there here not no yes had has have was were be been am with for from to of in on at by as than then just very more most some any all each every".split(
		" ",
	),
);

const courtesy = new Set(["please", "okay", "ok", "hey"]);

/** The words so far cannot be all of the sentence. */
export function isUnfinished(text: string): boolean {
	const last = wordsOf(text).at(-1);
	return last !== undefined && dangling.has(last) && !question.test(text.trim());
}

/** What words are that no tool takes. */
export function senseOfUnknown(text: string): "request" | "unknown" | "fragment" {
	const said = wordsOf(text);
	const words = said.slice(said.findIndex((word) => !courtesy.has(word)));
	const [first = ""] = words;
	if (words.length < 3 || leading.has(first)) return "fragment";
	if (asking.has(first)) return words.length < 4 ? "unknown" : "request";
	if (common.has(first)) return "unknown";
	return ordering.some((verb) => soundsLike(first, verb) >= alike) ? "request" : "unknown";
}

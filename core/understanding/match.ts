import { mayBeDateTime } from "../text/index.ts";
import type { CompiledTemplate, Step } from "./compile.ts";
import { inflected } from "./lexicon.ts";
import type { Token } from "./normalise.ts";
import { isPlain } from "./plain-forms.ts";
import { type Anchor, longest, type Reading, readSlot } from "./readers.ts";
import type { Slot } from "./slots.ts";
import { determiners } from "./template.ts";

/** What a word is worth by the way it is explained; the mean over a sentence's words is the confidence. */
const worth = { typed: 0.92, text: 0.55, skippedDeterminer: 0.6, missing: -0.6, fuzzyLoss: 0.35, separatorLoss: 0.2 };

/** A sentence while it is matched: its words, what each may be, and the values read so far. */
export interface Sentence {
	text: string;
	tokens: readonly Token[];
	anchor: Anchor;
	/** Per token, the numbers of the words it may be, with how alike they sound (1 is the word itself). */
	heard: readonly ReadonlyMap<number, number>[];
	/** Per token, what it and the next may be together: "starr to" is "start", "to day" is "today". */
	joined: readonly ReadonlyMap<number, number>[];
	readings: Map<string, Reading | undefined>;
}

export interface Match {
	template: CompiledTemplate;
	/** 0 to 1. */
	confidence: number;
	values: Record<string, unknown>;
	missing: string[];
	/** Words of weight that were matched as they are, and words only matched by sound, those between two slots left out. */
	literals: number;
	fuzzy: number;
	/** It ends with words taken as they are: what is said last may belong to them. */
	open: boolean;
}

type WordStep = Extract<Step, { op: "word" }>;
type SlotStep = Extract<Step, { op: "slot" }>;

interface Path {
	score: number;
	literals: number;
	fuzzy: number;
	open: boolean;
	taken: Taken | undefined;
}

/** The slots of a path, last first. */
interface Taken {
	name: string;
	value: unknown;
	missing: boolean;
	rest: Taken | undefined;
}

const finished: Path = { score: 0, literals: 0, fuzzy: 0, open: false, taken: undefined };

/** Matches the words from `start` to `end` wholly against one template and gives the best way to read them. */
export function matchTemplate(
	template: CompiledTemplate,
	sentence: Sentence,
	start: number,
	end: number,
): Match | undefined {
	const program = template.program();
	const width = end - start + 1;
	const memo: (Path | null | undefined)[] = new Array(program.steps * width);

	const best = (step: Step, at: number): Path | null => {
		const key = step.at * width + (at - start);
		const known = memo[key];
		if (known !== undefined) return known;
		memo[key] = null;
		const path = explore(step, at);
		memo[key] = path;
		return path;
	};

	const explore = (step: Step, at: number): Path | null => {
		if (step.op === "end") return at === end ? finished : null;
		if (step.op === "fork") {
			let found: Path | null = null;
			for (const branch of step.branches) found = better(found, best(branch, at));
			return found;
		}
		if (step.op === "missing") {
			const after = best(step.next, at);
			if (after === null) return null;
			const taken = { name: step.name, value: undefined, missing: true, rest: after.taken };
			return { ...after, score: after.score + worth.missing, taken };
		}
		return step.op === "word" ? word(step, at) : slot(step, at);
	};

	const word = (step: WordStep, at: number): Path | null => {
		let found = step.determiner ? best(step.next, at) : null;
		if (at >= end) return found;
		const alike = sentence.heard[at]?.get(step.id);
		if (alike !== undefined) found = better(found, heardAs(step, best(step.next, at + 1), alike));
		const together = at + 2 > end ? undefined : sentence.joined[at]?.get(step.id);
		if (together !== undefined) {
			found = better(found, heardAs(step, best(step.next, at + 2), together, 2));
		}
		if (determiners.has(sentence.tokens[at]?.word ?? "")) {
			const after = best(step, at + 1);
			found = better(found, after && added(after, worth.skippedDeterminer, 0, 0));
		}
		return found;
	};

	const heardAs = (step: WordStep, after: Path | null, alike: number, words = 1): Path | null => {
		const itself = alike >= inflected;
		const loss = step.separator ? worth.separatorLoss : worth.fuzzyLoss;
		const gain = words * (itself ? alike : alike - loss);
		return after && added(after, gain, itself && !step.light ? 1 : 0, itself || step.separator ? 0 : 1);
	};

	const slot = ({ slot: field, possessive, plainly, next }: SlotStep, at: number): Path | null => {
		const free = field.kind === "text" || (field.kind === "name" && field.values.length === 0);
		const last = Math.min(end, at + longest[field.kind]);
		let found: Path | null = null;
		for (let to = at + 1; to <= last; to++) {
			// Dates are dear to parse, and every word of one is known: from the first other word on there is none.
			if (field.kind === "date-time" && !possessive && !mayBeDateTime(sentence.tokens[to - 1]?.word ?? "")) break;
			const after = best(next, to);
			if (after === null) continue;
			const reading = read(field, sentence, at, to, possessive);
			if (reading === undefined || (plainly && !isPlain(field.kind, reading.value))) continue;
			const each = free ? worth.text : worth.typed * reading.certainty;
			const taken = { name: field.name, value: reading.value, missing: false, rest: after.taken };
			const open = to === end ? free : after.open;
			found = better(found, { ...after, score: after.score + each * (to - at), open, taken });
		}
		return found;
	};

	const path = best(program.start, start);
	if (path === null) return undefined;
	const values: Record<string, unknown> = { ...template.fixed };
	const missing: string[] = [];
	for (let taken = path.taken; taken !== undefined; taken = taken.rest) {
		if (taken.missing) missing.push(taken.name);
		else values[taken.name] = taken.value;
	}
	const confidence = Math.max(0, Math.min(1, path.score / (end - start)));
	const { literals, fuzzy, open } = path;
	return { template, confidence, values, missing: missing.reverse(), literals, fuzzy, open };
}

function added(path: Path, score: number, literals: number, fuzzy: number): Path {
	return { ...path, score: path.score + score, literals: path.literals + literals, fuzzy: path.fuzzy + fuzzy };
}

function better(a: Path | null, b: Path | null): Path | null {
	if (a === null || b === null) return a ?? b;
	return b.score > a.score ? b : a;
}

/** Reads a stretch of the sentence once for all templates that ask the same of it. */
function read(field: Slot, sentence: Sentence, from: number, to: number, possessive: boolean): Reading | undefined {
	const listed = field.values.length > 0 || field.many || field.schema.type === "boolean";
	const key = `${from} ${to} ${field.kind}${possessive ? "'s" : ""}${listed ? ` ${field.many} ${field.values.join("|")}` : ""}`;
	const known = sentence.readings.get(key);
	if (known !== undefined || sentence.readings.has(key)) return known;
	const said = saidBetween(sentence, from, to, field.kind === "text");
	const value = possessive ? ownerIn(said) : said;
	const reading = value === undefined ? undefined : readSlot(field, value, sentence.anchor);
	sentence.readings.set(key, reading);
	return reading;
}

/** "Anna's" is Anna's, "James'" James's, and a recogniser's "bens" Ben's. */
function ownerIn(said: string): string | undefined {
	return /^(.+?)(?:['’]s|(?<=s)['’]|s)$/i.exec(said)?.[1];
}

/**
 * The words of a stretch as they were written, with the brackets and quotation marks at its end that close one inside, and
 * of `verbatim` text those around it.
 */
function saidBetween({ text, tokens }: Sentence, from: number, to: number, verbatim: boolean): string {
	const [start, end] = [tokens[from]?.from ?? 0, tokens[to - 1]?.to ?? 0];
	const said = text.slice(start, end);
	const before = (verbatim ? /[([{]+$/.exec(text.slice(0, start))?.[0] : undefined) ?? "";
	const after = /^["')\]}]+/.exec(text.slice(end))?.[0] ?? "";
	const whole = withEnd(before + said, after);
	return (before !== "" && unclosed(whole) === 0 ? whole : withEnd(said, after)).trim();
}

/** Adds what of `after` closes something that is open in `said`. */
function withEnd(said: string, after: string): string {
	let whole = said;
	for (const mark of after) {
		const closes = /["']/.test(mark) ? quotes(whole, mark) % 2 === 1 : unclosed(whole) > 0;
		if (!closes) break;
		whole += mark;
	}
	return whole;
}

function unclosed(text: string): number {
	return (text.match(/[([{]/g)?.length ?? 0) - (text.match(/[)\]}]/g)?.length ?? 0);
}

/** Quotation marks of a kind; an apostrophe, between two letters, is none. */
function quotes(text: string, mark: string): number {
	return [...text.matchAll(/["']/g)].filter(
		({ 0: found, index }) => found === mark && !/^\p{L}["']\p{L}$/u.test(text.slice(Math.max(0, index - 1), index + 2)),
	).length;
}

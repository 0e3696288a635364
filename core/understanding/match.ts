import { mayBeDateTime } from "../text/index.ts";
import type { CompiledTemplate, Step } from "./compile.ts";
import { inflected } from "./lexicon.ts";
import type { Token } from "./normalise.ts";
import { type Anchor, longest, type Reading, readSlot } from "./readers.ts";
import type { Slot } from "./slots.ts";
import { determiners } from "./template.ts";

/** What a word is worth by the way it is explained; the mean over a sentence's words is the confidence. */
const worth = { typed: 0.92, text: 0.55, skippedDeterminer: 0.6, missing: -0.6, fuzzyLoss: 0.35 };

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
	/** Words of weight that were matched as they are, and words only matched by sound. */
	literals: number;
	fuzzy: number;
}

type WordStep = Extract<Step, { op: "word" }>;

interface Path {
	score: number;
	literals: number;
	fuzzy: number;
	taken: Taken | undefined;
}

/** The slots of a path, last first. */
interface Taken {
	name: string;
	value: unknown;
	missing: boolean;
	rest: Taken | undefined;
}

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
		if (step.op === "end") return at === end ? { score: 0, literals: 0, fuzzy: 0, taken: undefined } : null;
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
		return step.op === "word" ? word(step, at) : slot(step.slot, step.next, at);
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
		const gain = words * (itself ? alike : alike - worth.fuzzyLoss);
		return after && added(after, gain, itself && !step.light ? 1 : 0, itself ? 0 : 1);
	};

	const slot = (field: Slot, next: Step, at: number): Path | null => {
		const free = field.kind === "text" || (field.kind === "name" && field.values.length === 0);
		const last = Math.min(end, at + longest[field.kind]);
		let found: Path | null = null;
		for (let to = at + 1; to <= last; to++) {
			// Dates are dear to parse, and every word of one is known: from the first other word on there is none.
			if (field.kind === "date-time" && !mayBeDateTime(sentence.tokens[to - 1]?.word ?? "")) break;
			const after = best(next, to);
			if (after === null) continue;
			const reading = read(field, sentence, at, to);
			if (reading === undefined) continue;
			const each = free ? worth.text : worth.typed * reading.certainty;
			const taken = { name: field.name, value: reading.value, missing: false, rest: after.taken };
			found = better(found, { ...after, score: after.score + each * (to - at), taken });
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
	return { template, confidence, values, missing: missing.reverse(), literals: path.literals, fuzzy: path.fuzzy };
}

function added(path: Path, score: number, literals: number, fuzzy: number): Path {
	return { ...path, score: path.score + score, literals: path.literals + literals, fuzzy: path.fuzzy + fuzzy };
}

function better(a: Path | null, b: Path | null): Path | null {
	if (a === null || b === null) return a ?? b;
	return b.score > a.score ? b : a;
}

/** Reads a stretch of the sentence once for all templates that ask the same of it. */
function read(field: Slot, sentence: Sentence, from: number, to: number): Reading | undefined {
	const listed = field.values.length > 0 || field.many || field.schema.type === "boolean";
	const key = `${from} ${to} ${field.kind}${listed ? ` ${field.many} ${field.values.join("|")}` : ""}`;
	const known = sentence.readings.get(key);
	if (known !== undefined || sentence.readings.has(key)) return known;
	const reading = readSlot(field, saidBetween(sentence, from, to), sentence.anchor);
	sentence.readings.set(key, reading);
	return reading;
}

/** The words of a stretch as they were written, punctuation inside kept. */
function saidBetween({ text, tokens }: Sentence, from: number, to: number): string {
	return text.slice(tokens[from]?.from ?? 0, tokens[to - 1]?.to ?? 0).trim();
}

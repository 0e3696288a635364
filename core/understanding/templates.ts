import { type CatalogueTool, type Logger, silentLogger, type Understanding } from "../contract/index.ts";
import { type CompiledTemplate, compileTool } from "./compile.ts";
import { createLexicon, type Lexicon } from "./lexicon.ts";
import { type Match, matchTemplate, type Sentence } from "./match.ts";
import { commandRanges, type Range, type Token, tokenize } from "./normalise.ts";
import { questionFor } from "./question.ts";
import { anchorOf } from "./readers.ts";
import { complaint } from "./slots.ts";
import type { Stage } from "./stage.ts";

/** A longer sentence is a text, not a command. */
const mostWords = 250;
/** From here on a match as the words stand is taken, and matching by sound isn't tried. */
const sure = 0.72;
/** Below this a match by sound is a guess. */
const leastBySound = 0.7;
/** How alike by sound two heard words and the one word they are taken for must be. */
const leastTogether = 0.85;
/** Letters from which on a word may be a misheard one between two slots: shorter ones sound like too many others. */
const shortestMisheard = 4;
/** At most one word in so many may be matched by sound only. */
const wordsPerSlip = 3;
/** Below this too little was said to ask for the rest: "phones" is no wish to call. */
const leastAsking = 0.35;
/** What a range loses for every opening or closing phrase taken off it, so that a template that has it wins. */
const trimCost = 0.01;

/**
 * The first stage of understanding: a sentence must be wholly one of the sentences the tools define, slots filled.
 * Fast and exact, it takes nothing it doesn't know. Tools are found by their rarest words, so that thousands cost little.
 */
export function createTemplateStage({
	names = ["aios"],
	log = silentLogger,
}: {
	names?: readonly string[];
	log?: Logger;
} = {}): Stage {
	const lexicon = createLexicon();
	// A tool that stays in the catalogue is compiled once, however often the catalogue changes around it.
	const compiled = new WeakMap<CatalogueTool, CompiledTemplate[]>();
	let byWord = new Map<number, CompiledTemplate[]>();

	return {
		load(tools) {
			byWord = indexByRarest(
				tools.flatMap((tool) => {
					const known = compiled.get(tool) ?? compileTool(tool, lexicon, log);
					compiled.set(tool, known);
					return known;
				}),
			);
		},
		understand(text, { now, unitSeconds }) {
			const tokens = tokenize(text);
			if (tokens.length === 0 || tokens.length > mostWords) return { kind: "unknown" };
			const anchor = { ...anchorOf(text, now), unitSeconds };
			const ranges = commandRanges(text, tokens, names);
			const readings: Sentence["readings"] = new Map();
			const exact = tokens.map(({ word }) => exactly(lexicon, word));
			let best = bestMatch({ text, tokens, anchor, heard: exact, joined: [], readings }, ranges, byWord);
			if (best === undefined || best.confidence < sure || hidesSeparator(best, tokens, lexicon)) {
				const heard = tokens.map(({ word }, at) => withNeighbours(lexicon, word, exact[at]));
				const joined = tokens.slice(1).map(({ word }, at) => together(lexicon, tokens[at]?.word ?? "", word));
				const bySound = bestMatch({ text, tokens, anchor, heard, joined, readings }, ranges, byWord);
				// Only a word between two slots was misheard: then the sentence is as sure as it was without it.
				const least = bySound?.fuzzy === 0 && bySound.literals > 0 ? 0 : leastBySound;
				if (bySound !== undefined && bySound.confidence > Math.max(least, best?.confidence ?? 0)) best = bySound;
			}
			return best === undefined ? { kind: "unknown" } : toUnderstanding(best);
		},
	};
}

/** Whether a word taken into a free text may be one that parts two slots of this tool: "to Anna saving hello". */
function hidesSeparator({ template, open }: Match, tokens: readonly Token[], lexicon: Lexicon): boolean {
	const { separators } = template.tool;
	if (!open || separators.size === 0) return false;
	return tokens.some(({ word }) => {
		if (word.length < shortestMisheard || separators.has(lexicon.idOf(word) ?? -1)) return false;
		for (const id of lexicon.neighbours(word).keys()) if (separators.has(id)) return true;
		return false;
	});
}

function exactly(lexicon: Lexicon, word: string): ReadonlyMap<number, number> {
	const id = lexicon.idOf(word);
	return id === undefined ? new Map() : new Map([[id, 1]]);
}

function withNeighbours(
	lexicon: Lexicon,
	word: string,
	exact: ReadonlyMap<number, number> | undefined,
): Map<number, number> {
	return new Map([...lexicon.neighbours(word), ...(exact ?? [])]);
}

/** Words that two heard words clearly are together; never one that either of them is alone: "saying I" is not "saying". */
function together(lexicon: Lexicon, first: string, second: string): Map<number, number> {
	const alone = new Set([lexicon.idOf(first), lexicon.idOf(second)]);
	const word = first + second;
	const clear = [...lexicon.neighbours(word)].filter(([id, alike]) => alike >= leastTogether && !alone.has(id));
	return new Map([...clear, ...exactly(lexicon, word)]);
}

/** Files every template under its rarest group of required words. */
function indexByRarest(templates: readonly CompiledTemplate[]): Map<number, CompiledTemplate[]> {
	const frequency: number[] = [];
	for (const { groups } of templates) {
		for (const group of groups) for (const id of group) frequency[id] = (frequency[id] ?? 0) + 1;
	}
	const index = new Map<number, CompiledTemplate[]>();
	for (const template of templates) {
		let rarest: readonly number[] = [];
		let least = Number.POSITIVE_INFINITY;
		for (const group of template.groups) {
			let rarity = 0;
			for (const id of group) rarity += frequency[id] ?? 0;
			if (rarity < least) {
				least = rarity;
				rarest = group;
			}
		}
		for (const id of rarest) {
			const filed = index.get(id);
			if (filed === undefined) index.set(id, [template]);
			else filed.push(template);
		}
	}
	return index;
}

function bestMatch(
	sentence: Sentence,
	ranges: readonly Range[],
	byWord: ReadonlyMap<number, CompiledTemplate[]>,
): Match | undefined {
	const present = new Set([...sentence.heard, ...sentence.joined].flatMap((words) => [...words.keys()]));
	const tried = new Set<CompiledTemplate>();
	let best: Match | undefined;
	for (const id of present) {
		for (const template of byWord.get(id) ?? []) {
			if (tried.has(template)) continue;
			tried.add(template);
			if (!template.groups.every((group) => group.some((word) => present.has(word)))) continue;
			for (const { start, end, cutsText } of ranges) {
				const match = matchTemplate(template, sentence, start, end);
				if (match === undefined || (match.open && cutsText) || !isMeant(match, end - start)) continue;
				match.confidence -= trimCost * (sentence.tokens.length - (end - start));
				if (best === undefined || match.confidence > best.confidence) best = match;
			}
		}
	}
	return best;
}

/** Whether enough was said: a word of weight where something is missing, and few words matched by sound only. */
function isMeant(match: Match, words: number): boolean {
	if (match.missing.length > 0 && (match.literals === 0 || match.confidence < leastAsking)) return false;
	if (match.fuzzy > 0 && (match.literals === 0 || match.fuzzy * wordsPerSlip > words)) return false;
	return match.confidence > 0;
}

function toUnderstanding({ template, confidence, values, missing }: Match): Understanding {
	const { tool, slots, required } = template.tool;
	const call = { server: tool.server, tool: tool.name, confidence: Math.round(Math.max(0, confidence) * 1000) / 1000 };
	for (const [name, value] of Object.entries(values)) {
		const slot = slots.get(name);
		const wrong = slot === undefined ? undefined : complaint(slot, value);
		if (wrong === undefined || slot === undefined) continue;
		const { [name]: _, ...kept } = values;
		return { kind: "ask", ...call, arguments: kept, slot: name, question: `${wrong} ${questionFor(tool, slot)}` };
	}
	const open = [...missing, ...required].find((name) => !(name in values));
	const slot = open === undefined ? undefined : slots.get(open);
	if (slot === undefined) return { kind: "call", ...call, arguments: values };
	return { kind: "ask", ...call, arguments: values, slot: slot.name, question: questionFor(tool, slot) };
}

import { AiosError, type CatalogueTool, type Logger } from "../contract/index.ts";
import type { Lexicon } from "./lexicon.ts";
import { tellingWords } from "./plain-forms.ts";
import { type Slot, slotsOfInput } from "./slots.ts";
import { determiners, parseTemplate, requiredWords, slotsOf, type Template, withMissing } from "./template.ts";

/** One step of a compiled template; every step knows the steps that may follow it. */
export type Step =
	| { at: number; op: "word"; id: number; determiner: boolean; light: boolean; separator: boolean; next: Step }
	| { at: number; op: "slot"; slot: Slot; possessive: boolean; plainly: boolean; next: Step }
	| { at: number; op: "missing"; name: string; next: Step }
	| { at: number; op: "fork"; branches: Step[] }
	| { at: number; op: "end" };

/** A template's steps, numbered from 0. */
export interface Program {
	start: Step;
	steps: number;
}

export interface CompiledTemplate {
	tool: CompiledTool;
	/** Built when a sentence first comes near it: of thousands of templates few ever are. */
	program(): Program;
	/** Groups of word numbers: a sentence without one of each can't match. */
	groups: number[][];
	fixed: Readonly<Record<string, unknown>>;
}

export interface CompiledTool {
	tool: CatalogueTool;
	slots: Map<string, Slot>;
	required: Set<string>;
	/** The words that part two slots in its sentences, by number: "to {to} saying {body}". */
	separators: Set<number>;
}

/** Words that say nothing of what is wanted: matching them alone is no understanding. */
const light = new Set(
	"what is are am was be who when where which how why do does did it its that this there here to for of in on at by with from as me i you my your and or the a an tell show give get let know have has had can will would us we want need".split(
		" ",
	),
);

/** Compiles a tool's sentences. One that can't be compiled is logged and left out: the others still work. */
export function compileTool(tool: CatalogueTool, lexicon: Lexicon, log: Logger): CompiledTemplate[] {
	const { slots, required } = slotsOfInput(tool.input);
	const compiled: CompiledTool = { tool, slots, required, separators: new Set() };
	const voice = tool.voice?.en;
	const sentences = [
		...(voice?.sentences ?? []).map((text) => ({ text, fixed: {} })),
		...(voice?.fixed ?? []).map(({ text, values }) => ({ text, fixed: values })),
	];
	return sentences.flatMap(({ text, fixed }) => {
		try {
			return [compileTemplate(text, compiled, fixed, lexicon)];
		} catch (error) {
			const reason = AiosError.from(error).message;
			log.warn("a sentence was left out", { server: tool.server, tool: tool.name, sentence: text, reason });
			return [];
		}
	});
}

function compileTemplate(
	text: string,
	tool: CompiledTool,
	fixed: Readonly<Record<string, unknown>>,
	lexicon: Lexicon,
): CompiledTemplate {
	const parsed = parseTemplate(text);
	for (const name of slotsOf(parsed)) {
		if (!tool.slots.has(name)) throw new AiosError("bad_request", `{${name}} is not a field of the input`);
	}
	const template = withMissing(parsed, tool.required);
	const words = requiredWords(template);
	if (words.length === 0) words.push(...wordsTelling(parsed, tool.slots));
	const groups = words.map((group) => group.map((word) => lexicon.add(word)));
	if (groups.length === 0) throw new AiosError("bad_request", "no word of it has to be said");
	forEachWord(template, (word) => lexicon.add(word));
	addSeparators(template, tool.separators, lexicon);
	let built: Program | undefined;
	const program = () => {
		built ??= build(template, tool, lexicon);
		return built;
	};
	return { tool, program, groups, fixed };
}

/** The words that tell of a sentence that is nothing but a value: `{expression!}`. */
function wordsTelling(template: Template, slots: ReadonlyMap<string, Slot>): string[][] {
	const only = template.kind === "sequence" && template.items.length === 1 ? template.items[0] : template;
	if (only?.kind !== "slot" || !only.plainly) return [];
	const words = tellingWords[slots.get(only.name)?.kind ?? "text"];
	return words === undefined ? [] : [[...words]];
}

function forEachWord(template: Template, visit: (word: string) => void): void {
	if (template.kind === "word") visit(template.word);
	else if (template.kind === "sequence") for (const item of template.items) forEachWord(item, visit);
	else if (template.kind === "choice") for (const option of template.options) forEachWord(option, visit);
}

/** Whether the item of a sequence stands between two slots without being one. */
function parts(items: readonly Template[], at: number): boolean {
	const [before, item, after] = [items[at - 1], items[at], items[at + 1]];
	if (before === undefined || item === undefined || after === undefined) return false;
	return slotsOf(item).size === 0 && slotsOf(before).size > 0 && slotsOf(after).size > 0;
}

function addSeparators(template: Template, into: Set<number>, lexicon: Lexicon): void {
	if (template.kind === "choice") for (const option of template.options) addSeparators(option, into, lexicon);
	if (template.kind !== "sequence") return;
	for (const [at, item] of template.items.entries()) {
		if (parts(template.items, at)) forEachWord(item, (word) => into.add(lexicon.add(word)));
		else addSeparators(item, into, lexicon);
	}
}

function build(template: Template, { slots }: CompiledTool, lexicon: Lexicon): Program {
	let steps = 0;
	const before = (part: Template, next: Step, separator = false): Step => {
		switch (part.kind) {
			case "word": {
				const determiner = determiners.has(part.word);
				const id = lexicon.add(part.word);
				return { at: steps++, op: "word", id, determiner, light: light.has(part.word), separator, next };
			}
			case "slot": {
				const slot = slots.get(part.name);
				if (slot === undefined) throw new AiosError("bad_request", `{${part.name}} is not a field of the input`);
				const { possessive, plainly } = part;
				return { at: steps++, op: "slot", slot, possessive, plainly, next };
			}
			case "missing":
				return { at: steps++, op: "missing", name: part.name, next };
			case "sequence":
				return part.items.reduceRight(
					(after, item, at) => before(item, after, separator || parts(part.items, at)),
					next,
				);
			case "choice":
				return { at: steps++, op: "fork", branches: part.options.map((option) => before(option, next, separator)) };
		}
	};
	const start = before(template, { at: steps++, op: "end" });
	return { start, steps };
}

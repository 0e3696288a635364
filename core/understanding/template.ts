import { AiosError } from "../contract/index.ts";
import { tokenize } from "./normalise.ts";

/** A sentence template, parsed. `missing` stands where a slot that must be filled was left out. */
export type Template =
	| { kind: "word"; word: string }
	/** `possessive`: said as an owner, "{name}'s number". `plainly`: only what is plainly of its kind, "{path!}". */
	| { kind: "slot"; name: string; possessive: boolean; plainly: boolean }
	| { kind: "missing"; name: string }
	| { kind: "sequence"; items: Template[] }
	| { kind: "choice"; options: Template[] };

const empty: Template = { kind: "sequence", items: [] };

/**
 * Parses `[optional]`, `(a|b)`, `{slot}`, `{slot!}`, `{slot}'s` and words, nested as deep as you like. Throws `bad_request` with the
 * place.
 */
export function parseTemplate(text: string): Template {
	const parts = text.match(/\{[^{}]*\}(?:'s(?= |$))?|[[\]()|]|[^[\](){}|]+|[{}]/g) ?? [];
	let at = 0;
	const fail = (reason: string) => new AiosError("bad_request", `The sentence template "${text}" ${reason}.`);

	const readOptions = (close: string | undefined): Template => {
		const options: Template[] = [];
		let items: Template[] = [];
		for (; ; at++) {
			const part = parts[at];
			if (part === close || part === undefined) {
				if (part !== close) throw fail(`lacks a "${close}"`);
				options.push({ kind: "sequence", items });
				return options.length === 1 ? (options[0] ?? empty) : { kind: "choice", options };
			}
			if (part === "|") {
				if (close === undefined) throw fail('has a "|" outside parentheses');
				options.push({ kind: "sequence", items });
				items = [];
			} else if (part === "[" || part === "(") {
				at += 1;
				const inner = readOptions(part === "[" ? "]" : ")");
				items.push(part === "[" ? { kind: "choice", options: [inner, empty] } : inner);
			} else if (/^\{\w+!?\}(?:'s)?$/.test(part)) {
				const name = /\w+/.exec(part)?.[0] ?? "";
				items.push({ kind: "slot", name, possessive: part.endsWith("'s"), plainly: part.includes("!") });
			} else if (/^[\])}{]/.test(part)) {
				throw fail(`has a stray "${part}"`);
			} else {
				items.push(...tokenize(part).map(({ word }): Template => ({ kind: "word", word })));
			}
		}
	};
	const template = readOptions(undefined);
	if (slotsOf(template).size === 0 && requiredWords(template).length === 0) throw fail("can be said without a word");
	return template;
}

/** The names of all slots in a template. */
export function slotsOf(template: Template, into = new Set<string>()): Set<string> {
	if (template.kind === "slot") into.add(template.name);
	else if (template.kind === "sequence") for (const item of template.items) slotsOf(item, into);
	else if (template.kind === "choice") for (const option of template.options) slotsOf(option, into);
	return into;
}

/** Words that lead up to a slot and go with it when it is left out: "set a timer [for …]". */
const leads = new Set([
	"for",
	"to",
	"at",
	"in",
	"on",
	"of",
	"by",
	"with",
	"about",
	"called",
	"named",
	"that",
	"from",
	"as",
	"is",
	"saying",
	"until",
]);

/** Whether an item is such a word, or a choice of nothing else: "(in|of|on)". */
function leadsUp(item: Template): boolean {
	if (item.kind === "word") return leads.has(item.word);
	if (item.kind === "choice") return item.options.every(leadsUp);
	return item.kind === "sequence" && item.items.length > 0 && item.items.every(leadsUp);
}

/** Lets the slots in `required` be left out, each together with the words that lead up to it or without them. */
export function withMissing(template: Template, required: ReadonlySet<string>): Template {
	if (template.kind === "choice") {
		return { kind: "choice", options: template.options.map((option) => withMissing(option, required)) };
	}
	if (template.kind === "slot") return mayMiss(template, required) ? orMissing([], template) : template;
	if (template.kind !== "sequence") return template;
	const items: Template[] = [];
	for (const item of template.items) {
		if (item.kind !== "slot" || !mayMiss(item, required)) {
			items.push(withMissing(item, required));
			continue;
		}
		const lead: Template[] = [];
		for (let last = items.at(-1); last !== undefined && leadsUp(last); last = items.at(-1)) {
			lead.unshift(last);
			items.pop();
		}
		items.push(orMissing(lead, item));
	}
	return { kind: "sequence", items };
}

/** What must be plainly there can't be missing as well. */
function mayMiss(slot: Extract<Template, { kind: "slot" }>, required: ReadonlySet<string>): boolean {
	return required.has(slot.name) && !slot.plainly;
}

function orMissing(lead: Template[], slot: Extract<Template, { kind: "slot" }>): Template {
	const missing: Template = { kind: "missing", name: slot.name };
	const options: Template[] = [{ kind: "sequence", items: [...lead, slot] }, missing];
	if (lead.length > 0) options.push({ kind: "sequence", items: [...lead, missing] });
	return { kind: "choice", options };
}

/** Words that a sentence may have or lack without meaning anything else. */
export const determiners: ReadonlySet<string> = new Set(["a", "an", "the", "my", "our", "some", "any"]);

/** Groups of words of which every sentence of the template holds at least one, however it is said. */
export function requiredWords(template: Template): string[][] {
	if (template.kind === "word") return determiners.has(template.word) ? [] : [[template.word]];
	if (template.kind === "sequence") return template.items.flatMap(requiredWords);
	if (template.kind !== "choice") return [];
	const groups: string[][] = [];
	for (const option of template.options) {
		const required = requiredWords(option);
		// One way to say it needs no word: then none of the others is sure to be said.
		if (required.length === 0) return [];
		groups.push(required.reduce((one, other) => (other.length < one.length ? other : one)));
	}
	return [[...new Set(groups.flat())]];
}

import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { capital, sayCount, sayList, soundsLike } from "../../../core/text/index.ts";
import type { ListStore, MainAdapters } from "../adapters/index.ts";

/** The list that is meant where none is named and a person has none, or several. */
const usualList = "shopping";
/** Most things on one list. */
const mostItems = 1_000;
const leastAlike = 0.75;
/** Most words of a thing that stands beside another: longer ones are sentences. */
const longestThing = 2;
/** Things read out; the rest is on the page. */
const mostSpoken = 7;

const listField = slot("name", z.string().trim().min(1).max(100));
const itemField = slot("text", z.string().trim().min(1).max(300));

/** A list's name as kept: "my Shopping list" is "shopping". */
function nameOfList(said: string): string {
	const name = said
		.toLowerCase()
		.replace(/^(?:the|my|our|a|an)\s+/, "")
		.replace(/\s+list$/, "")
		.replace(/-/g, " ")
		.trim();
	return name === "grocery" || name === "groceries" ? usualList : name;
}

/** The list that is meant: the one named, by sound among those there are, else the only one, else the shopping list. */
function meantList(lists: ListStore, userId: string, said: string | undefined): string {
	const names = lists.names(userId).map(({ name }) => name);
	if (said === undefined) return names.length === 1 ? (names[0] ?? usualList) : usualList;
	const wanted = nameOfList(said);
	if (names.includes(wanted)) return wanted;
	const [best] = names.map((name) => ({ name, alike: soundsLike(name, wanted) })).sort((a, b) => b.alike - a.alike);
	return best !== undefined && best.alike >= leastAlike ? best.name : wanted;
}

/** What is one thing though it is said with "and". */
const pairs =
	/\b(?:mac(?:aroni)? and cheese|fish and chips|salt and pepper|salt and vinegar|half and half|gin and tonic|bread and butter|ham and cheese|cheese and onion|pork and beans|rice and beans|peanut butter and jelly|oil and vinegar|sweet and sour|lemon and lime|head and shoulders|black and \w+|\w+ and white)\b/gi;

/** "milk, eggs and bread" is three things, "milk and eggs" two; "mac and cheese" is one, and so is "call Anna and ask her". */
function itemsIn(said: string): string[] {
	const several = said.includes(",");
	const kept = said.replace(pairs, (pair) => pair.replace(/ and /i, "\u0000"));
	const split = kept
		.split(several ? /\s*,\s*(?:and\s+)?|\s+and\s+/i : /\s+and\s+/i)
		.map((part) => part.replaceAll("\u0000", " and "));
	const parts = several || split.every((part) => part.trim().split(/\s+/).length <= longestThing) ? split : [said];
	return parts.map((part) => part.replace(/^(?:some|the|a|an)\s+/i, "").trim()).filter((part) => part !== "");
}

export const addToList = defineTool({
	name: "add_to_list",
	title: "Add to list",
	description: "Puts something on a list, making the list where it is missing.",
	effect: "write",
	harmless: true,
	idempotent: true,
	input: z.object({
		item: itemField.describe("One thing, or several with commas between"),
		list: listField.optional().describe("The list's name: shopping by default"),
	}),
	output: z.object({ list: z.string(), added: z.array(z.string()), already: z.array(z.string()) }),
	voice: {
		en: {
			sentences: [
				"(add|put|write|include|place|insert|append) {item} (to|on|onto|in|into) [the|my|our|a] list",
				"(add|put|write|include|place|insert|append) {item} (to|on|onto|in|into) [the|my|our|a] [new] {list} list",
				"(add|put|write|include) {item} (to|on|onto|in|into) [the|my|our|a] list (called|named|of) {list}",
				"(add|put|write) to [the|my|our] {list} list {item}",
				"(put|note|write|jot) {item} down (on|onto|in) [the|my|our] list",
				"(put|note|write|jot) {item} down (on|onto|in) [the|my|our] {list} list",
				"(stick|pop|throw) {item} (on|onto) [the|my|our] list",
				"(stick|pop|throw) {item} (on|onto) [the|my|our] {list} list",
				"(we|i) (need|are out of|am out of|ran out of|have run out of) {item} (put|add) (it|them|that|those) (on|to) [the|my|our] list",
				"(we|i) (need|are out of|am out of|ran out of|have run out of) {item} (put|add) (it|them|that|those) (on|to) [the|my|our] {list} list",
				"(start|make|create) [a|another] list",
				"(create|make|start|open|begin) [a|an|another] [new] list (called|named|for|of) {list}",
				"(create|make|start|open|begin) [a|an] [new] {list} list",
				"(create|make|start|begin) [a] [new] list",
				"(add|put) something (to|on) [the|my] list",
				"(add|put) something (to|on) [the|my] {list} list",
			],
			followUps: [
				{ text: "(and|also|and also|plus|add) {item} [too|as well]" },
				{ text: "(put|add) {item} (on it|on there|to it|to that) [too|as well]" },
				{ text: "(put|add) {item} (on it|on there|to it|to that) [too|as well]", after: "show_list" },
			],
			examples: ["we are out of milk", "remember to buy eggs"],
			ask: { item: "What should I put on it?" },
		},
	},
	say: ({ list, added, already }) => {
		if (added.length === 0)
			return `${capital(sayList(already))} ${already.length === 1 ? "is" : "are"} already on your ${list} list.`;
		return `I added ${sayList(added)} to your ${list} list.`;
	},
	run({ item, list }, { lists }: MainAdapters, { user, clock }) {
		const name = meantList(lists, user.id, list);
		const items = itemsIn(item);
		if (items.length === 0) throw new AiosError("bad_request", "There is nothing to add.");
		if ((lists.items(user.id, name)?.length ?? 0) + items.length > mostItems) {
			throw new AiosError("conflict", `Your ${name} list is full.`, { fix: "Remove something from it first." });
		}
		const has = (one: string) => lists.items(user.id, name)?.some((known) => known.toLowerCase() === one.toLowerCase());
		const already = items.filter((one) => has(one) === true);
		const added = items.filter((one) => !already.includes(one));
		for (const one of added) lists.add(user.id, name, one, clock.now().getTime());
		return { list: name, added, already };
	},
});

export const showList = defineTool({
	name: "show_list",
	title: "Show list",
	description: "Reads out a list, or which lists there are.",
	effect: "read",
	input: z.object({
		list: listField.optional().describe("The list's name"),
		names: z.boolean().optional().describe("Only the names of all lists"),
	}),
	output: z.object({
		list: z.string().optional(),
		items: z.array(z.string()),
		lists: z.array(z.object({ name: z.string(), items: z.number().int() })),
	}),
	voice: {
		en: {
			sentences: [
				"(what is|what do i have|what have i got|is there anything|do i have anything|what all is) [else] (on|in) (the|my|our|this|that) list [today|for today]",
				"(what is|what do i have|what have i got|is there anything|do i have anything) [else] (on|in) (the|my|our) {list} list [today|for today]",
				"(show|show me|read|read me|read out|tell me|open|check|display|give me|list|see|bring up|pull up|read back) (the|my|our) list [to me|out loud|aloud|today|for today]",
				"(show|show me|read|read me|read out|tell me|open|check|display|give me|list|see|bring up|pull up|read back) (the|my|our) {list} list [items|today|for today]",
				"(tell me|show me|read me|read) what is (on|in) (the|my|our) list",
				"(tell me|show me|read me|read) what is (on|in) (the|my|our) {list} list",
				"(list|show me|read|read me|tell me|what are) [all] [the] (items|things|contents|everything) (on|in|of) (the|my|our) list",
				"(list|show me|read|read me|tell me|what are) [all] [the] (items|things|contents|everything) (on|in|of) (the|my|our) {list} list",
				"what does (the|my) list (contain|say|have on it|include)",
				"what does (the|my) {list} list (contain|say|have on it|include)",
				"how many (items|things) are on my {list} list",
				"what do i (need to|have to) (buy|get)",
				"(what is|is there anything) left (on|in) (the|my|our) list",
				"(what is|is there anything) left (on|in) (the|my|our) {list} list",
				"[tell me] what i have on (the|my|our) list",
				"[tell me] what i have on (the|my|our) {list} list",
				"what (else|next) [do i have] [is] on (the|my|our) list",
				"(read|list) (the|my) list (to me|out loud|aloud)",
			],
			fixed: [
				{
					text: "(what|which) lists (do i have|are there|have i got|have i made|are available|do i currently have) [currently] [available|saved] [right now]",
					values: { names: true },
				},
				{
					text: "(show|show me|read|tell me|list|check|open|display|see|what are) [all] [of] [the|my] [available|current] lists",
					values: { names: true },
				},
				{ text: "(tell|show) me (what|which) lists (i have|there are|i have made|are there)", values: { names: true } },
				{ text: "(do i have|are there) any lists", values: { names: true } },
				{ text: "how many lists do i have", values: { names: true } },
			],
			followUps: [
				{ text: "(and|and what about|what about|how about) [on] [the|my|our] {list} [list]" },
				{ text: "(and|and what about|what about|how about) [the|my|our] {list} list", after: "add_to_list" },
				{ text: "(and|and what about|what about|how about) [the|my|our] {list} list", after: "remove_from_list" },
				{ text: "(read|show me|tell me|read me) (it|the list|what is on it)", after: "add_to_list" },
				{ text: "(read|show me|tell me|read me) (it|the list|what is on it)", after: "remove_from_list" },
				{ text: "what is (on it|left on it|on it now|left)", after: "add_to_list" },
				{ text: "what is (on it|left on it|on it now|left)", after: "remove_from_list" },
			],
			examples: ["what did i want to buy", "read my to do list"],
		},
	},
	say: ({ list, items, lists }) => {
		if (list === undefined) {
			if (lists.length === 0) return "You have no lists yet.";
			return `You have ${sayCount(lists.length, "list")}: ${sayList(lists.map(({ name }) => name))}.`;
		}
		if (items.length === 0) return `Your ${list} list is empty.`;
		const rest = items.length - mostSpoken;
		const named = rest > 0 ? [...items.slice(0, mostSpoken), `${rest} more`] : items;
		return `On your ${list} list: ${sayList(named)}.`;
	},
	run({ list, names }, { lists }: MainAdapters, { user }) {
		const all = lists.names(user.id);
		if (names === true) return { items: [], lists: all };
		const name = meantList(lists, user.id, list);
		const items = lists.items(user.id, name);
		if (items === undefined && list !== undefined) {
			throw new AiosError("not_found", `You have no ${name} list.`, {
				fix: all.length === 0 ? "Add something to it to begin it." : `You have ${sayList(all.map((one) => one.name))}.`,
			});
		}
		// Several lists and none of them the usual one: say which there are.
		if (items === undefined && all.length > 0) return { items: [], lists: all };
		return { list: name, items: items ?? [], lists: all };
	},
});

export const removeFromList = defineTool({
	name: "remove_from_list",
	title: "Remove from list",
	description: "Takes something off a list.",
	effect: "write",
	harmless: true,
	input: z.object({ item: itemField, list: listField.optional().describe("The list's name") }),
	output: z.object({
		list: z.string(),
		removed: z.string().describe("What was taken off, as it is said"),
		items: z.array(z.string()).describe("Each thing that was taken off"),
		missing: z.array(z.string()).describe("Named, and not on it"),
	}),
	voice: {
		en: {
			sentences: [
				"(remove|delete|take|cross|strike|scratch|drop|erase|clear|cancel) {item} (from|off|off of|out of) (the|my|our|this) list",
				"(remove|delete|take|cross|strike|scratch|drop|erase|clear|cancel) {item} (from|off|off of|out of) (the|my|our) {list} list",
				"(cross|strike|scratch|take|check|tick) (off|out) {item} (from|on|in) (the|my|our) list",
				"(cross|strike|scratch|take|check|tick) (off|out) {item} (from|on|in) (the|my|our) {list} list",
				"(check|tick) {item} off (the|my|our) list",
				"(check|tick) {item} off (the|my|our) {list} list",
				"(remove|delete) {item} (from|off) list",
				"i have [got|bought] {item} [so] (take|cross|tick|remove) (it|them|that) (off|from) [the|my|our] list",
				"i have [got|bought] {item} [so] (take|cross|tick|remove) (it|them|that) (off|from) [the|my|our] {list} list",
				"(remove|delete|take) something (from|off) [the|my] list",
				"(remove|delete|take) something (from|off) [the|my] {list} list",
			],
			followUps: [
				{ text: "(cancel|undo|remove|delete) (that|it|them|this) [again]", after: "add_to_list" },
				{ text: "take (that|it|them|this) off [again]", after: "add_to_list" },
				{ text: "(take|cross|tick|remove) {item} off [it|there|again]", after: "show_list" },
				{ text: "(and|also|and also|plus) {item} [too|as well]" },
			],
			examples: ["we don't need milk any more"],
			ask: { item: "What should I take off it?" },
		},
	},
	say: ({ list, removed, missing }) =>
		`I took ${removed} off your ${list} list.${missing.length === 0 ? "" : ` ${capital(sayList(missing))} ${missing.length === 1 ? "was" : "were"} not on it.`}`,
	run({ item, list }, { lists }: MainAdapters, { user }) {
		const { name, items } = existing(lists, user.id, list);
		const named = (wanted: string) => {
			const [best] = items.map((text) => ({ text, alike: soundsLike(text, wanted) })).sort((a, b) => b.alike - a.alike);
			return best === undefined || best.alike < leastAlike ? undefined : best.text;
		};
		// What is said with "and" may have been written down as one thing, in just these words.
		const whole = items.find((text) => text.toLowerCase() === item.toLowerCase());
		const wanted = whole === undefined ? itemsIn(item) : [whole];
		const found = [...new Set(wanted.flatMap((one) => named(one) ?? []))];
		const missing = wanted.filter((one) => named(one) === undefined);
		const taken = found.filter((one) => lists.remove(user.id, name, one));
		if (taken.length === 0) throw new AiosError("not_found", `${capital(item)} is not on your ${name} list.`);
		return { list: name, removed: sayList(taken), items: taken, missing };
	},
});

export const clearList = defineTool({
	name: "clear_list",
	title: "Clear list",
	description: "Takes everything off a list.",
	effect: "destructive",
	input: z.object({ list: listField.optional().describe("The list's name") }),
	output: z.object({ list: z.string(), items: z.array(z.string()).describe("What was on it") }),
	voice: {
		en: {
			sentences: [
				"(clear|empty|wipe|delete|erase) [all of] (the|my|our) list",
				"(clear|empty|wipe|delete|erase) [all of] (the|my|our) {list} list",
				"(remove|delete|take|clear|cross) (everything|all|all items|all the items) (from|off|on) (the|my|our) list",
				"(remove|delete|take|clear|cross) (everything|all|all items|all the items) (from|off|on) (the|my|our) {list} list",
			],
			followUps: [{ text: "(clear|empty|wipe|delete) (it|that|that list|everything)", after: "show_list" }],
			examples: ["i bought everything", "start the shopping list over"],
		},
	},
	summary: ({ list }) => `Take everything off your ${list ?? "list"}${list === undefined ? "" : " list"}`,
	say: ({ list, items }) =>
		items.length === 0
			? `Your ${list} list was empty already.`
			: `I took ${sayCount(items.length, "thing")} off your ${list} list.`,
	resolve: ({ list }, { lists }: MainAdapters, { user }) => ({ list: existing(lists, user.id, list).name }),
	run({ list }, { lists }: MainAdapters, { user }) {
		const { name, items } = existing(lists, user.id, list);
		return { list: name, items: items.filter((one) => lists.remove(user.id, name, one)) };
	},
});

/** The list that is meant and what is on it. Throws `not_found`. */
function existing(lists: ListStore, userId: string, said: string | undefined): { name: string; items: string[] } {
	const name = meantList(lists, userId, said);
	const items = lists.items(userId, name);
	if (items === undefined) throw new AiosError("not_found", `You have no ${name} list.`);
	return { name, items };
}

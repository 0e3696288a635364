import type { SlotKind } from "../contract/index.ts";
import {
	isoLocal,
	namesKeys,
	parseDateTime,
	parseDuration,
	parseExpression,
	parseNumber,
	soundsLike,
} from "../text/index.ts";
import { isClause, likelihood } from "./plain-forms.ts";
import type { Slot } from "./slots.ts";
import { determiners } from "./template.ts";

/** A value read from words and how sure it is (0 to 1). */
export interface Reading {
	value: unknown;
	certainty: number;
}

/** What values are read against. */
export interface Anchor {
	now: Date;
	/** The sentence speaks of a habit or of waking: "at seven" is then in the morning. */
	habitual: boolean;
	/** Seconds a bare number means as a duration; none is one where it is left out. */
	unitSeconds?: number;
}

/** Words that make a time a habit, or the time of getting up. */
const habits =
	/\b(?:every|each|daily|wake|wakes|get up|get me up|week(?:day|end)s|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b/i;

export function anchorOf(sentence: string, now: Date): Anchor {
	return { now, habitual: habits.test(sentence) };
}

/** Most words one value of a kind takes; longer stretches aren't tried. */
export const longest: Readonly<Record<SlotKind, number>> = {
	text: 250,
	name: 8,
	number: 20,
	integer: 20,
	percent: 22,
	duration: 16,
	"date-time": 14,
	expression: 60,
	path: 40,
	folder: 40,
	table: 40,
	command: 100,
	url: 30,
	email: 20,
	keys: 20,
	choice: 8,
};

/** How alike a heard value must sound to an allowed one, and how far ahead of the next it must be. */
const leastAlike = 0.72;
const margin = 0.05;

/** Reads a slot's value from the words said for it; undefined where they aren't one. `anchor` is what dates are read against. */
export function readSlot(slot: Slot, said: string, anchor: Anchor): Reading | undefined {
	if (!slot.many) return readOne(slot, said, anchor);
	const readings = said.split(/\s*,\s*(?:and\s+)?|\s+and\s+/i).map((part) => readOne(slot, part, anchor));
	const certain = readings.filter((reading) => reading !== undefined);
	if (certain.length === 0 || certain.length < readings.length) return undefined;
	return { value: certain.map(({ value }) => value), certainty: Math.min(...certain.map((one) => one.certainty)) };
}

function readOne(slot: Slot, said: string, anchor: Anchor): Reading | undefined {
	if (slot.schema.type === "boolean") return readBoolean(said);
	if (slot.kind === "choice" || (slot.kind === "name" && slot.values.length > 0)) return readChoice(slot, said);
	const value = readers[slot.kind](said, anchor);
	if (value === undefined) return undefined;
	return { value, certainty: likelihood(slot.kind, String(value)) };
}

const readers: Record<SlotKind, (said: string, anchor: Anchor) => string | number | undefined> = {
	text: textOf,
	name: nameOf,
	choice: textOf,
	number: parseNumber,
	integer: (said) => {
		const value = parseNumber(said);
		return value !== undefined && Number.isInteger(value) ? value : undefined;
	},
	percent: (said) => parseNumber(said.replace(/\s*(?:%|\bper ?cent)\s*$/i, "")),
	duration: (said, { unitSeconds }) => parseDuration(said) ?? inUnits(said, unitSeconds),
	"date-time": (said, { now, habitual }) => {
		const at = parseDateTime(said, now, { habitual });
		return at === undefined ? undefined : isoLocal(at);
	},
	expression: parseExpression,
	path: readPath,
	folder: readPath,
	table: readPath,
	command: readCommand,
	url: readUrl,
	email: readEmail,
	keys: (said) => (namesKeys(said) ? said : undefined),
};

function inUnits(said: string, seconds: number | undefined): number | undefined {
	const count = seconds === undefined ? undefined : parseNumber(said);
	return count === undefined || seconds === undefined ? undefined : count * seconds;
}

function readPath(said: string): string | undefined {
	return textOf(writtenForm(said));
}

/** "df dash h" is "df -h". */
function readCommand(said: string): string | undefined {
	return textOf(
		said.replace(/(?<=\s)(?:dash|minus|hyphen) (?:(?:dash|minus|hyphen) )?(?=[a-z])/gi, (dashes) =>
			"-".repeat(dashes.trim().split(" ").length),
		),
	);
}

function textOf(said: string): string | undefined {
	return said === "" ? undefined : said;
}

/** Undefined where the words are a part of a sentence rather than a name. */
function nameOf(said: string): string | undefined {
	return isClause(said) || determiners.has(said.toLowerCase()) ? undefined : textOf(said);
}

/** "slash home slash notes dot text" is "/home/notes.text"; what is written already stays as it is. */
function writtenForm(said: string): string {
	return said
		.replace(/\s*\b(?:forward )?slash\b\s*/gi, "/")
		.replace(/\s*\bbackslash\b\s*/gi, "\\")
		.replace(/\s*\b(?:dot|point)\b\s*/gi, ".")
		.replace(/\s*\b(?:underscore)\b\s*/gi, "_")
		.replace(/\s*\b(?:hyphen|dash)\b\s*/gi, "-")
		.replace(/\s*\btilde\b\s*/gi, "~");
}

/** What looks like a host and is a file people have: "notes.txt". */
const fileName =
	/^[^./:]+\.(?:txt|md|pdf|csv|tsv|docx?|xlsx?|pptx?|od[tsp]|png|jpe?g|gif|svg|mp[34]|wav|json|xml|ya?ml|log|html?|[jt]sx?|py|sh|zip)$/i;

function readUrl(said: string): string | undefined {
	if (/\s(?:from|in|on|into|to|and|the|this)\s/i.test(said)) return undefined;
	const written = writtenForm(said.trim())
		.replace(/\s*\bcolon\b\s*/gi, ":")
		.replace(/\s+/g, "");
	if (/^https?:\/\/[^\s/]+\S*$/i.test(written)) return written;
	const host = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?(?:[/?#]\S*)?$/i;
	if (!host.test(written) || fileName.test(written)) return undefined;
	return `${/^(?:localhost|\d)/.test(written) ? "http" : "https"}://${written.replace(/^[^/]+/, (name) => name.toLowerCase())}`;
}

function readEmail(said: string): string | undefined {
	const written = writtenForm(said.trim().toLowerCase())
		.replace(/\s+at\s+(?=[^@]*$)/, "@")
		.replace(/\s*\bplus\b\s*/g, "+")
		.replace(/\s+/g, "");
	return /^[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}$/.test(written) ? written : undefined;
}

const yes = new Set(["on", "yes", "true", "enabled"]);
const no = new Set(["off", "no", "false", "disabled"]);

function readBoolean(said: string): Reading | undefined {
	const word = said.toLowerCase();
	if (yes.has(word)) return { value: true, certainty: 1 };
	return no.has(word) ? { value: false, certainty: 1 } : undefined;
}

/** One of the allowed values: as written, else the one that clearly sounds most like what was said. */
function readChoice(slot: Slot, said: string): Reading | undefined {
	const heard = spoken(said);
	const bare = heard.replace(/^\S+ /, (first) => (determiners.has(first.trim()) ? "" : first));
	let best: { value: string | number; alike: number } | undefined;
	let second = 0;
	for (const value of slot.values) {
		const name = spoken(String(value));
		if (name === heard || name === bare) return { value, certainty: 1 };
		const alike = soundsLike(bare, name);
		if (alike > (best?.alike ?? 0)) {
			second = best?.alike ?? 0;
			best = { value, alike };
		} else if (alike > second) second = alike;
	}
	if (best === undefined || best.alike < leastAlike || best.alike - second < margin) return undefined;
	return { value: best.value, certainty: best.alike };
}

function spoken(value: string): string {
	return value.toLowerCase().replace(/[_-]+/g, " ").trim();
}

import { numberTokens, readNumber } from "./numbers.ts";
import { sayCount } from "./say.ts";

const unitSeconds: Record<string, number> = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 };
const unitNames: Record<string, string> = {
	sec: "second",
	s: "second",
	min: "minute",
	m: "minute",
	hr: "hour",
	h: "hour",
};

function unitOf(word: string | undefined): string | undefined {
	if (word === undefined) return undefined;
	const singular = word.length > 1 && word.endsWith("s") ? word.slice(0, -1) : word;
	const name = unitNames[singular] ?? singular;
	return Object.hasOwn(unitSeconds, name) ? name : undefined;
}

const smaller: Record<string, string> = { week: "day", day: "hour", hour: "minute", minute: "second" };

/**
 * The seconds a duration takes: "an hour and a half", "90 seconds", "two and a half minutes", "half an hour",
 * "three quarters of an hour", "1 hour 30", "1h30m", "a couple of minutes". Undefined where the whole text isn't one.
 */
export function parseDuration(text: string): number | undefined {
	const words = numberTokens(text.replace(/(\d)([a-z])/gi, "$1 $2").replace(/([a-z])(\d)/gi, "$1 $2"));
	let total = 0;
	let at = 0;
	let last: string | undefined;
	while (at < words.length) {
		if (words[at] === "and" && last !== undefined) at += 1;
		const part = readPart(words, at, last);
		if (part === undefined) return undefined;
		total += part.seconds;
		last = part.unit;
		at = part.end;
	}
	return last === undefined || total <= 0 || !Number.isFinite(total) ? undefined : Math.round(total * 1000) / 1000;
}

interface Part {
	seconds: number;
	unit: string;
	end: number;
}

function readPart(words: readonly string[], at: number, last: string | undefined, shift = 0): Part | undefined {
	const article = words[at] === "a" || words[at] === "an";
	const named = article ? unitOf(words[at + 1]) : undefined;
	if (named !== undefined) return { seconds: unitSeconds[named] ?? 0, unit: named, end: at + 2 };
	// The article is often swallowed: "hour and a half", "quarter of an hour".
	const bare = last === undefined ? unitOf(words[at]) : undefined;
	if (bare !== undefined && words[at + 1] === "and")
		return { seconds: unitSeconds[bare] ?? 0, unit: bare, end: at + 1 };
	if (words[at] === "quarter") return readPart(["a", ...words.slice(at)], 0, last, at - 1);
	let number = readNumber(words, at);
	// In "thirty second" the second is the unit, not the thirty-second of something.
	if (number?.ordinal && words[number.end - 1] === "second") number = readNumber(words.slice(0, number.end - 1), at);
	if (number === undefined || number.ordinal || number.value < 0) return undefined;
	let unitAt = number.end;
	// "half an hour", "three quarters of an hour", "a quarter of a minute"
	if (words[unitAt] === "of") unitAt += 1;
	if (words[unitAt] === "a" || words[unitAt] === "an") unitAt += 1;
	const unit = unitOf(words[unitAt]);
	if (unit !== undefined) return { seconds: number.value * (unitSeconds[unit] ?? 0), unit, end: unitAt + 1 + shift };
	if (last === undefined || number.end !== words.length) return undefined;
	// "an hour and a half" halves the hour; "an hour thirty" adds minutes.
	const of = number.value < 1 ? last : smaller[last];
	return of === undefined ? undefined : { seconds: number.value * (unitSeconds[of] ?? 0), unit: of, end: number.end };
}

/** A duration as a person says it, to the second: 5400 is "1 hour and 30 minutes". Negative ones count as zero. */
export function sayDuration(seconds: number): string {
	let rest = Math.max(0, Math.round(seconds));
	if (rest === 0) return "0 seconds";
	const parts: string[] = [];
	for (const unit of ["day", "hour", "minute", "second"]) {
		const size = unitSeconds[unit] ?? 1;
		const count = Math.floor(rest / size);
		rest -= count * size;
		if (count > 0) parts.push(sayCount(count, unit));
	}
	return parts.length === 1 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

import * as chrono from "chrono-node/en";
import { parseDuration } from "./duration.ts";
import { numberTokens, writeNumbers } from "./numbers.ts";
import { isoTime, wallClock } from "./wall-clock.ts";

/** The hour meant where only a day, or a part of it, was said. */
const partHours: Record<string, number> = { morning: 9, afternoon: 15, evening: 19, night: 20, tonight: 20 };
const defaultHour = 9;

/** Words a date or time can be said in; a text with any other is none, which is known without parsing it. */
const vocabulary = new Set(
	`at on in by for the this next coming of and a an about around from now past to till until half quarter o'clock oclock o clock am pm p m
	noon midday midnight morning afternoon evening night tonight today tomorrow day after
	second seconds minute minutes hour hours day days week weeks month months year years weekend couple
	monday tuesday wednesday thursday friday saturday sunday
	january february march april may june july august september october november december
	jan feb mar apr jun jul aug sep sept oct nov dec
	one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
	twenty thirty forty fifty sixty seventy eighty ninety hundred thousand oh zero
	first third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
	seventeenth eighteenth nineteenth twentieth thirtieth christmas eve new year's years halloween valentine's valentines boxing`.split(
		/\s+/,
	),
);

const digitForm = /^\d{1,4}(?:[:.]\d{2})?(?:st|nd|rd|th|am|pm|h|m|s)?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/;

const isoForm = /^\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:\d\d)?$/i;

const prepositions = new Set(["at", "on", "in", "by", "for", "to"]);

/** Whether every word could belong to a date or a time: a quick check before parsing. */
export function mayBeDateTime(text: string): boolean {
	const words = tokens(text);
	// "the oven is on in ten minutes": the first of two prepositions belongs to what stands before.
	if (prepositions.has(words[0] ?? "") && prepositions.has(words[1] ?? "")) return false;
	return words.length > 0 && words.every((word) => vocabulary.has(word) || digitForm.test(word));
}

function tokens(text: string): string[] {
	return numberTokens(
		text
			.replace(/\bo'? clock\b/gi, "o'clock")
			.replace(/\b([ap])[.\s-]{1,2}m\b\.*/gi, "$1m")
			.replace(/\b(\d{1,2})\.(\d{2})(?=\s*[ap]m\b)/gi, "$1:$2")
			.replace(/(\d)(am|pm)\b/gi, "$1 $2"),
	);
}

/**
 * The instant a spoken date or time means, always after `now`, in the machine's zone: "half past seven tomorrow",
 * "in twenty minutes", "next Friday at noon", "seven thirty in the evening". A time without am or pm and without a day
 * is the next one that comes; with a day, five to eleven is the morning and one to four the afternoon; a day without a
 * time is nine o'clock, or in an hour where that is past today. `habitual` times (of what repeats, or wakes)
 * are read without a day as with one. Undefined for what lies in the past and for text that isn't wholly a date or time.
 */
export function parseDateTime(text: string, now: Date, { habitual = false } = {}): Date | undefined {
	if (isoForm.test(text.trim())) return after(new Date(text.trim()), now);
	if (!mayBeDateTime(text)) return undefined;
	const relativeTo = relative(text, now);
	if (relativeTo !== undefined) return relativeTo;
	const canonical = withDays(clockForms(tokens(text).join(" ")), now);
	const parts = canonical.match(/\b(?:morning|afternoon|evening|night|tonight)\b/g) ?? [];
	if (parts.length > 1 && parts[0] !== parts[1]) return undefined;
	const clock = /\b(\d{1,2}):(\d{2})( am| pm)?/.exec(canonical);
	const part = parts[0];
	const phrase = clock !== null && part !== undefined ? applyPart(canonical, clock, part) : canonical;
	const found = parseWhole(phrase, now);
	if (found === undefined) return undefined;
	const at = clock === null ? withoutClock(found, part, canonical, now) : withClock(found, phrase, now, habitual);
	return after(at, now);
}

function after(at: Date, now: Date): Date | undefined {
	return at.getTime() > now.getTime() ? at : undefined;
}

/** "in twenty minutes", "an hour and a half from now", "in 3 days". */
function relative(text: string, now: Date): Date | undefined {
	const match = /^in (.+)$/.exec(text.trim().toLowerCase()) ?? /^(.+) from now$/.exec(text.trim().toLowerCase());
	const seconds = match === null ? undefined : parseDuration(match[1] ?? "");
	if (seconds === undefined) return undefined;
	const days = seconds % 86_400 === 0 ? seconds / 86_400 : 0;
	if (days === 0) return new Date(now.getTime() + seconds * 1000);
	const at = new Date(now);
	at.setDate(at.getDate() + days);
	return at;
}

/** Writes every spoken time of day as "h:mm": half past seven, quarter to nine, seven thirty, eight o'clock, at nine. */
function clockForms(text: string): string {
	const hour = "(\\d{1,2})";
	const edges = text
		.replace(/\b(?:12 )?(?:noon|midday)\b|\btwelve noon\b/g, "12:00 pm")
		.replace(/\b(?:12 |twelve )?midnight\b/g, "12:00 am");
	return writeNumbers(
		edges
			.replace(/\bhalf (?:past )?(?=\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)/g, "30 past ")
			.replace(/\b(?:a )?quarter (past|to)\b/g, "15 $1"),
	)
		.replace(/\b(\d{1,2}) (?:h|hours?)$/g, "$1 hours")
		.replace(new RegExp(`\\b(\\d{1,2})(?: minutes?)? past ${hour}\\b`, "g"), (_, m, h) => `${h}:${pad(m)}`)
		.replace(new RegExp(`\\b(\\d{1,2})(?: minutes?)? (?:to|till) ${hour}\\b`, "g"), (_, m, h) => {
			return `${Number(h) === 1 ? 12 : Number(h) - 1}:${pad(60 - Number(m))}`;
		})
		.replace(/\b(\d{1,2})\.(\d{2})\b/g, "$1:$2")
		.replace(/\b(\d{1,2}) (?:oh|0) (\d)\b(?!:)/g, "$1:0$2")
		.replace(
			/\b(\d{1,2}) ([0-5]\d)\b(?!:|\d| (?:january|february|march|april|may|june|july|august|september|october|november|december))/g,
			"$1:$2",
		)
		.replace(/\b(\d{1,2}) ?o'?clock\b/g, "$1:00")
		.replace(/(?<![\d:])\b(\d{1,2}) (am|pm)\b/g, "$1:00 $2")
		.replace(/\b(at|by|around|about|for) (\d{1,2})\b(?![:\d]|st|nd|rd|th)/g, "$1 $2:00")
		.replace(
			/^(\d{1,2})(?= |$)(?! (?:january|february|march|april|may|june|july|august|september|october|november|december|of|day|week|month|year|hour|minute|second)s?)/,
			"$1:00",
		)
		.replace(
			/\b(tomorrow|today|tonight|morning|afternoon|evening|night|(?:mon|tues|wednes|thurs|fri|satur|sun)day) (\d{1,2})$/,
			"$1 $2:00",
		);
}

function pad(minutes: string | number): string {
	return String(minutes).padStart(2, "0");
}

/** Days that have a name and always the same date. */
const namedDays: readonly (readonly [RegExp, string])[] = [
	[/\bchristmas eve\b/, "december 24"],
	[/\bchristmas(?: day)?\b/, "december 25"],
	[/\bboxing day\b/, "december 26"],
	[/\bnew year'?s eve\b/, "december 31"],
	[/\bnew year'?s(?: day)?\b/, "january 1"],
	[/\bvalentine'?s(?: day)?\b/, "february 14"],
	[/\bhalloween\b/, "october 31"],
];

/** Writes "the 12th" as the date on which it comes next, and "day after tomorrow" as its date. */
function withDays(said: string, now: Date): string {
	const text = namedDays.reduce((rest, [name, date]) => rest.replace(name, date), said);
	const dated = text.replace(/\b(?:the )?day after tomorrow\b/, () => {
		return isoDate(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 2));
	});
	const monthNamed = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/.test(text);
	const found = /\b(?:on )?the (\d{1,2})(?:st|nd|rd|th)\b/.exec(dated);
	const day = Number(found?.[1]);
	if (found === null || monthNamed || day < 1 || day > 31) return dated;
	const month = [0, 1, 2]
		.map((months) => new Date(now.getFullYear(), now.getMonth() + months, day))
		.find((at) => at.getDate() === day && at.getTime() > now.getTime());
	return month === undefined ? dated : dated.replace(found[0], isoDate(month));
}

function isoDate(at: Date): string {
	return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** Turns "7:30 in the evening" into "7:30 pm" and keeps the day that a part of it names: "this evening" is today. */
function applyPart(text: string, clock: RegExpExecArray, part: string): string {
	const hour = Number(clock[1]);
	const half = part === "morning" || (part === "night" && (hour === 12 || hour < 5)) ? "am" : "pm";
	const withHalf = clock[3] === undefined && hour <= 12 ? text.replace(clock[0], `${clock[0]} ${half}`) : text;
	return withHalf
		.replace(/\btonight\b/, "today")
		.replace(/\bthis (?:morning|afternoon|evening|night)\b/, "today")
		.replace(/\b(?:in the |at |on )?(?:morning|afternoon|evening|night)\b/, "")
		.replace(/\s+/g, " ")
		.trim();
}

interface Found {
	date: Date;
	day: boolean;
	hour: boolean;
	half: boolean;
}

/** Words that may stand around what chrono reads. */
const around = new Set(["at", "on", "in", "by", "for", "the", "and", "from", "about", "around", "this", "of"]);

function parseWhole(text: string, now: Date): Found | undefined {
	const results = chrono.casual.parse(text, now, { forwardDate: true });
	let rest = text;
	for (const result of results) rest = rest.replace(result.text, " ");
	if (rest.split(/\s+/).some((word) => word !== "" && !around.has(word))) return undefined;
	if (results.some((result) => result.end != null)) return undefined;
	const days = results.filter(({ start }) => start.isCertain("day") || start.isCertain("weekday"));
	const times = results.filter(({ start }) => start.isCertain("hour"));
	const dayOf = days[0] ?? results[0];
	if (dayOf === undefined || days.length > 1 || times.length > 1 || results.length > 2) return undefined;
	const timeOf = times[0];
	const date = dayOf.start.date();
	if (timeOf !== undefined && timeOf !== dayOf) {
		const time = timeOf.start.date();
		date.setHours(time.getHours(), time.getMinutes(), 0, 0);
	}
	date.setMilliseconds(0);
	return {
		date,
		day: days.length > 0,
		hour: timeOf !== undefined,
		half: timeOf?.start.isCertain("meridiem") ?? false,
	};
}

function withoutClock(found: Found, part: string | undefined, text: string, now: Date): Date {
	if (found.hour) return found.date;
	const at = new Date(found.date);
	const hour = part === undefined ? defaultHour : (partHours[part] ?? defaultHour);
	if (part !== undefined || !/\bhours?\b|\bminutes?\b|\bseconds?\b/.test(text)) at.setHours(hour, 0, 0, 0);
	// Later on the day itself, "today" and "this evening" are an hour from now.
	const isToday = at.toDateString() === now.toDateString();
	return isToday && at.getTime() <= now.getTime() ? new Date(now.getTime() + 3_600_000) : at;
}

function withClock(found: Found, phrase: string, now: Date, habitual: boolean): Date {
	const [, hourText, minuteText, half] = /\b(\d{1,2}):(\d{2})( am| pm)?/.exec(phrase) ?? [];
	const hour = Number(hourText);
	const at = new Date(found.date);
	if (half !== undefined) {
		at.setHours((hour % 12) + (half.trim() === "pm" ? 12 : 0), Number(minuteText), 0, 0);
		return found.day ? at : soonest([at], now);
	}
	at.setHours(hour, Number(minuteText), 0, 0);
	if (hour === 0 || hour > 12) return found.day ? at : soonest([at], now);
	const both = [hour % 12, (hour % 12) + 12].map((value) => {
		const date = new Date(at);
		date.setHours(value);
		return date;
	});
	const usual = both[hour >= 5 && hour < 12 ? 0 : 1] ?? at;
	if (habitual && !found.day) return soonest([usual], now);
	if (!found.day || /\btoday\b/.test(phrase)) return soonest(both, now, found.day);
	return usual;
}

/** The first of the times of day to come after `now`: today's or, unless the day is fixed, tomorrow's. */
function soonest(times: readonly Date[], now: Date, fixedDay = false): Date {
	const coming = times
		.flatMap((time) => {
			if (fixedDay) return [time];
			const today = new Date(now);
			today.setHours(time.getHours(), time.getMinutes(), 0, 0);
			const tomorrow = new Date(today);
			tomorrow.setDate(tomorrow.getDate() + 1);
			return [today, tomorrow];
		})
		.filter((time) => time.getTime() > now.getTime())
		.sort((a, b) => a.getTime() - b.getTime());
	return coming[0] ?? new Date(0);
}

/** ISO 8601 in the machine's zone with its offset, to the second: "2026-11-24T07:30:00+01:00". */
export function isoLocal(at: Date): string {
	return isoTime(wallClock(at));
}

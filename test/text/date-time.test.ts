import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isoLocal, parseDateTime, sayClock, sayDay, sayTimeOfDay, wallClock } from "../../core/text/index.ts";

const monday = new Date(2026, 10, 23, 15, 0, 0);
const onTheWall = (at: Date | undefined) => (at === undefined ? undefined : isoLocal(at).slice(0, 16));

describe("said on Monday, 23 November 2026, at three in the afternoon", () => {
	test.each([
		["half past seven tomorrow", "2026-11-24T07:30"],
		["in twenty minutes", "2026-11-23T15:20"],
		["next Friday at noon", "2026-12-04T12:00"],
		["seven thirty in the evening", "2026-11-23T19:30"],
		["seven", "2026-11-23T19:00"],
		["tomorrow at eight", "2026-11-24T08:00"],
		["tomorrow at 3", "2026-11-24T15:00"],
		["quarter to five", "2026-11-23T16:45"],
		["five to six", "2026-11-23T17:55"],
		["a quarter past nine tonight", "2026-11-23T21:15"],
		["eight in the morning", "2026-11-24T08:00"],
		["ten tomorrow morning", "2026-11-24T10:00"],
		["tomorrow morning at eight", "2026-11-24T08:00"],
		["five o'clock this evening", "2026-11-23T17:00"],
		["twelve o clock on saturday", "2026-11-28T12:00"],
		["7:30 p.m.", "2026-11-23T19:30"],
		["six p m", "2026-11-23T18:00"],
		["8.30 p.m.", "2026-11-23T20:30"],
		["two thirty pm tomorrow", "2026-11-24T14:30"],
		["seven oh five", "2026-11-23T19:05"],
		["21:30", "2026-11-23T21:30"],
		["midnight", "2026-11-24T00:00"],
		["Friday", "2026-11-27T09:00"],
		["on the twelfth", "2026-12-12T09:00"],
		["the thirty first", "2026-12-31T09:00"],
		["twenty fifth of may at five pm", "2027-05-25T17:00"],
		["june fourteenth", "2027-06-14T09:00"],
		["the day after tomorrow", "2026-11-25T09:00"],
		["an hour from now", "2026-11-23T16:00"],
		["in three days", "2026-11-26T15:00"],
		["four pm tuesday", "2026-11-24T16:00"],
		["today", "2026-11-23T16:00"],
		["2026-12-24T10:00:00", "2026-12-24T10:00"],
	])("%s", (said, expected) => expect(onTheWall(parseDateTime(said, monday))).toBe(expected));

	test.each(["today at eight am", "june fourteenth two thousand and seventeen", "2020-01-01T10:00:00"])(
		"%s is past, so it is no time to come",
		(said) => expect(parseDateTime(said, monday)).toBeUndefined(),
	);

	test.each(["", "milk", "the", "on in ten minutes", "call mom tomorrow", "tomorrow to call mom", "half", "99:99"])(
		"%j is no time",
		(said) => expect(parseDateTime(said, monday)).toBeUndefined(),
	);

	test("what repeats, or wakes, at seven does so in the morning", () => {
		expect(onTheWall(parseDateTime("at seven", monday, { habitual: true }))).toBe("2026-11-24T07:00");
	});
});

test("a time is never in the past, whatever is said and whenever", () => {
	const words = fc.constantFrom(
		..."at on in the next this half quarter past to noon midnight morning evening tonight today tomorrow day after week monday friday june may first twelfth one two seven ten thirty 5 7:30 pm am o'clock minutes hours from now and of".split(
			" ",
		),
	);
	const said = fc.oneof(
		fc.string(),
		fc.array(words, { maxLength: 8 }).map((all) => all.join(" ")),
	);
	const when = fc.date({ min: new Date(2025, 0, 1), max: new Date(2035, 0, 1), noInvalidDate: true });
	fc.assert(
		fc.property(said, when, (text, now) => {
			const at = parseDateTime(text, now);
			expect(at === undefined || at.getTime() > now.getTime()).toBe(true);
		}),
		{ numRuns: 3_000 },
	);
});

test("every time of day is read back as it was said", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 1439 }), (minute) => {
			const at = new Date(2026, 10, 25, 0, minute);
			expect(onTheWall(parseDateTime(`${sayClock(at)} on wednesday`, monday))).toBe(onTheWall(at));
		}),
	);
});

test("times and days are told as people tell them", () => {
	expect(sayTimeOfDay(wallClock(new Date(2026, 0, 1, 15, 5)))).toBe("five past three");
	expect(sayTimeOfDay(wallClock(new Date(2026, 0, 1, 8, 45)))).toBe("a quarter to nine");
	expect(sayTimeOfDay(wallClock(new Date(2026, 0, 1, 0, 0)))).toBe("midnight");
	expect(sayTimeOfDay(wallClock(new Date(2026, 0, 1, 23, 50)))).toBe("ten to twelve");
	expect(sayDay(new Date(2026, 10, 24, 1), monday)).toBe("tomorrow");
	expect(sayDay(new Date(2026, 10, 27), monday)).toBe("on Friday");
	expect(sayDay(new Date(2027, 5, 14), monday)).toBe("on Monday, June 14, 2027");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	parseDuration,
	parseExpression,
	parseNumber,
	sayDuration,
	sayNumber,
	writeNumbers,
} from "../../core/text/index.ts";

describe("numbers in words", () => {
	test.each([
		["one hundred and five", 105],
		["two and a half", 2.5],
		["a dozen", 12],
		["half a dozen", 6],
		["minus three", -3],
		["three point one four", 3.14],
		["twenty first", 21],
		["nineteen eighty four", 1984],
		["one oh five", 105],
		["twelve hundred", 1200],
		["two million three hundred thousand and one", 2_300_001],
		["one and a half million", 1_500_000],
		["1,234.5", 1234.5],
		["three quarters", 0.75],
		["a couple of", 2],
		["forty-two", 42],
	])("%s", (words, value) => expect(parseNumber(words)).toBe(value));

	test.each(["", "foo", "five apples", "and", "minus", "minus minus five", "point", "twenty minutes"])(
		"%j is no number",
		(words) => expect(parseNumber(words)).toBeUndefined(),
	);

	test("every whole number up to 10^12 is read back as it was said", () => {
		fc.assert(
			fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
				expect(parseNumber(sayNumber(value))).toBe(value === 0 ? 0 : value);
			}),
			{ numRuns: 2_000 },
		);
	});

	test("decimals are read back as they were said", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 6 }), (whole, places) => {
				const value = whole / 10 ** places;
				expect(parseNumber(sayNumber(value))).toBeCloseTo(value, places);
			}),
		);
	});

	test("only the numbers of a sentence are written in digits", () => {
		expect(writeNumbers("add twenty five eggs and two dozen rolls")).toBe("add 25 eggs and 24 rolls");
		expect(writeNumbers("the twenty second of may")).toBe("the 22nd of may");
	});
});

describe("durations", () => {
	test.each([
		["an hour and a half", 5400],
		["hour and a half", 5400],
		["90 seconds", 90],
		["two and a half minutes", 150],
		["half an hour", 1800],
		["three quarters of an hour", 2700],
		["quarter of an hour", 900],
		["1 hour 30", 5400],
		["1h30m", 5400],
		["thirty second", 30],
		["a couple of minutes", 120],
		["two hours thirty minutes and ten seconds", 9010],
		["a day", 86_400],
	])("%s", (words, seconds) => expect(parseDuration(words)).toBe(seconds));

	test.each(["", "five", "minutes", "five minutes of fame", "minus five minutes", "zero seconds"])(
		"%j is none",
		(words) => expect(parseDuration(words)).toBeUndefined(),
	);

	test("any length up to a month is read back as it was said", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 30 * 86_400 }), (seconds) => {
				expect(parseDuration(sayDuration(seconds))).toBe(seconds);
			}),
		);
	});
});

describe("sums in words", () => {
	test.each([
		["three times four plus five", "3 * 4 + 5"],
		["20 percent of 80", "(20 / 100) * 80"],
		["the square root of forty two", "sqrt(42)"],
		["five miles in kilometers", "5 mile to kilometer"],
		["inches are in a foot", "1 foot to inch"],
		["five factorial", "5!"],
		["2+2", "2 + 2"],
		["open parenthesis two plus three close parenthesis times four", "(2 + 3) * 4"],
	])("%s", (words, symbols) => expect(parseExpression(words)).toBe(symbols));

	test.each(["five", "the weather", "two apples", "plus", "times four", "import plus", "a = 5", "two three"])(
		"%j is none",
		(words) => expect(parseExpression(words)).toBeUndefined(),
	);
});

test("no text makes the readers throw", () => {
	const words = fc.constantFrom(
		"one",
		"hundred",
		"and",
		"a",
		"half",
		"point",
		"minus",
		"dozen",
		"hour",
		"of",
		"to",
		"in",
		"%",
		"(",
		"first",
		"million",
		"5",
		"1e5",
		"-",
	);
	const text = fc.oneof(
		fc.string(),
		fc.constant("9".repeat(400)),
		fc.constant(`${"9".repeat(400)} hours`),
		fc.array(words, { maxLength: 25 }).map((all) => all.join(" ")),
	);
	fc.assert(
		fc.property(text, (said) => {
			for (const value of [parseNumber(said), parseDuration(said)]) {
				expect(value === undefined || Number.isFinite(value)).toBe(true);
			}
			parseExpression(said);
			writeNumbers(said);
		}),
		{ numRuns: 3_000 },
	);
});

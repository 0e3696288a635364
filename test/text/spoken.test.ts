import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spoken, spokenSentences } from "../../core/text/spoken.ts";

describe("is said as a person says it", () => {
	test.each([
		["It's 3:05 PM.", "It's three oh five PM."],
		["It is 15:05", "It is fifteen oh five."],
		["at 3 pm", "at three PM."],
		["at 9:00 a.m. tomorrow", "at nine AM tomorrow."],
		["10:00", "ten o'clock."],
		["The wind blows at 5 km/h", "The wind blows at five kilometres per hour."],
		["1 km", "one kilometre."],
		["0.5 GB of 16 GB", "zero point five gigabytes of sixteen gigabytes."],
		["100 m²", "one hundred square metres."],
		["21°C and 45%", "twenty-one degrees Celsius and forty-five percent."],
		["It costs $5.50.", "It costs five dollars and fifty cents."],
		["$1", "one dollar."],
		["$1.2 million", "one point two million dollars."],
		["20 €", "twenty euros."],
		["2026-11-23", "November twenty-third, twenty twenty-six."],
		["2026-11-23T15:05:00Z", "November twenty-third, twenty twenty-six at fifteen oh five."],
		["on Monday, June 14", "on Monday, June fourteenth."],
		["in 1999", "in nineteen ninety-nine."],
		["1500 files", "one thousand five hundred files."],
		["1,234,567.89", "one million two hundred and thirty-four thousand five hundred and sixty-seven point eight nine."],
		["-5 degrees", "minus five degrees."],
		["5-10 files", "five to ten files."],
		["the 21st", "the twenty-first."],
		["3 * (4 + 5) = 27", "three times (four plus five) equals twenty-seven."],
		["version 1.2.3", "version one point two point three."],
		["192.168.0.1", "one nine two dot one six eight dot zero dot one."],
		["007", "zero zero seven."],
		["+49 170 1234567", "four nine one seven zero one two three four five six seven."],
		["mp3 and v2", "mp three and v two."],
		["1/2 cup", "one half cup."],
		["see https://github.com/foo/bar?x=1", "see github dot com slash foo slash bar."],
		["mail me@x.com now", "mail me at x dot com now."],
		["Saved notes.md", "Saved notes dot md."],
		["**Bold** and `code`", "Bold and code."],
		["# Title\n- one\n- two", "Title. one. two."],
		["[the page](https://x.com)", "the page."],
		["| a | b |\n|---|---|\n| 1 | 2 |", "a, b. one, two."],
		["e.g. this, etc.", "for example this, et cetera."],
		["😀 hi", "hi."],
		["", ""],
	])("%j", (written, said) => {
		expect(spoken(written)).toBe(said);
	});
});

test("plain prose is left as it is", () => {
	const prose = "I don't know how to do that. Say help to hear what I can do.";
	expect(spoken(prose)).toBe(prose);
});

test("a code block is not read out", () => {
	expect(spoken("Here:\n```py\nprint(1)\n```")).not.toMatch(/print/);
});

describe("whatever the text", () => {
	const anything = fc.oneof(
		fc.string({ unit: "grapheme", maxLength: 200 }),
		fc
			.array(fc.constantFrom(..."0123456789.,:-/$€%°+*#_ \n|`[]()<>@aAzZ²½٣".split(""), " km/h", "PM", "://"), {
				maxLength: 60,
			})
			.map((parts) => parts.join("")),
	);

	test("nothing is thrown, and no digit and no markup is left", () => {
		fc.assert(
			fc.property(anything, (text) => {
				const said = spoken(text);
				expect(said).not.toMatch(/\p{N}/u);
				expect(said).not.toMatch(/[`|#<>[\]{}]/);
			}),
			{ numRuns: 500 },
		);
	});

	test("every whole number is said in words that are its own", () => {
		const said = new Map<string, number>();
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e12 }), (value) => {
				const words = spoken(`${value}`);
				expect(words).toMatch(/^[a-z -]+\.$/);
				expect(said.get(words) ?? value).toBe(value);
				said.set(words, value);
			}),
		);
	});

	test("pieces are short, and none is without words", () => {
		fc.assert(
			fc.property(fc.lorem({ maxCount: 60, mode: "words" }), anything, (words, rest) => {
				for (const piece of spokenSentences(`${words} ${rest}`)) {
					expect(piece.length).toBeLessThanOrEqual(180);
					expect(piece).toMatch(/\p{L}/u);
				}
			}),
			{ numRuns: 200 },
		);
	});
});

test("a long answer is cut with a hint at the page", () => {
	const sentences = spokenSentences("This is one of very many sentences. ".repeat(200));
	expect(sentences.at(-1)).toBe("The rest is on the page.");
	expect(sentences.length).toBeLessThan(60);
});

test("sentences are separate, so that the first can be heard before the last is made", () => {
	expect(spokenSentences("It's 5 pm. You have 2 timers! Anything else?")).toEqual([
		"It's five PM.",
		"You have two timers!",
		"Anything else?",
	]);
});

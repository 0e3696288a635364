import fc from "fast-check";
import { expect, test } from "vitest";
import { AiosError } from "../../core/contract/index.ts";
import { tokenize } from "../../core/understanding/normalise.ts";
import { parseTemplate, slotsOf } from "../../core/understanding/template.ts";

test("every word of a sentence stands where it was said, in order, and none is empty", () => {
	const piece = fc.constantFrom(
		"what's",
		"p.m.",
		"don't",
		"'",
		"`",
		"’",
		"...",
		"well-known",
		"uh",
		"-",
		"İ",
		"5",
		",",
		" ",
	);
	const text = fc.oneof(
		fc.string({ unit: "grapheme" }),
		fc.array(piece).map((parts) => parts.join("")),
	);
	fc.assert(
		fc.property(text, (said) => {
			let last = 0;
			for (const { word, from, to } of tokenize(said)) {
				expect(word).toMatch(/^\S+$/);
				expect(from).toBeGreaterThanOrEqual(last);
				expect(to).toBeGreaterThanOrEqual(from);
				expect(to).toBeLessThanOrEqual(said.length);
				last = from;
			}
		}),
		{ numRuns: 1_000 },
	);
});

interface Written {
	text: string;
	slots: string[];
}

/** Templates as they are written, with the slots they have. */
const { template } = fc.letrec<{ template: Written; item: Written }>((tie) => {
	const join = (items: Written[], [open, between, close]: [string, string, string]): Written => ({
		text: open + items.map(({ text }) => text).join(between) + close,
		slots: items.flatMap(({ slots }) => slots),
	});
	const several = fc.array(tie("template"), { minLength: 1, maxLength: 3 });
	return {
		item: fc.oneof(
			{ maxDepth: 4 },
			fc.constantFrom("set", "a", "timer", "what's", "e-mail").map((text) => ({ text, slots: [] })),
			fc.constantFrom("name", "to_whom", "n1").map((name) => ({ text: `{${name}}`, slots: [name] })),
			fc.constantFrom("name", "owner").map((name) => ({ text: `{${name}}'s`, slots: [name] })),
			several.map((options) => join(options, ["[", "|", "]"])),
			several.map((options) => join(options, ["(", "|", ")"])),
		),
		template: fc.array(tie("item"), { minLength: 1, maxLength: 4 }).map((items) => join(items, ["", " ", ""])),
	};
});

test("a sentence template is read with all its slots, however deep they stand", () => {
	fc.assert(
		fc.property(template, ({ text, slots }) => {
			expect([...slotsOf(parseTemplate(`word ${text}`))].sort()).toEqual([...new Set(slots)].sort());
		}),
	);
});

test("what is no template is refused with the place, and nothing else happens", () => {
	const text = fc.string({ unit: fc.constantFrom("[", "]", "(", ")", "{", "}", "|", "a", " ", "'s") });
	fc.assert(
		fc.property(text, (said) => {
			try {
				parseTemplate(said);
			} catch (error) {
				expect(error).toBeInstanceOf(AiosError);
				expect(error).toMatchObject({ code: "bad_request" });
			}
		}),
		{ numRuns: 2_000 },
	);
});

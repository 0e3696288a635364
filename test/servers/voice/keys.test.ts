import fc from "fast-check";
import { expect, test } from "vitest";
import { AiosError } from "../../../core/contract/index.ts";
import { readKeys } from "../../../servers/voice/adapters/desktop/keys.ts";

test("keys are read one chord after the other, however they are written", () => {
	const modifier = fc.constantFrom(
		["ctrl", "LeftControl"],
		["Control", "LeftControl"],
		["shift", "LeftShift"],
		["AltGr", "RightAlt"],
	);
	const key = fc.constantFrom(
		["a", "A"],
		["7", "Num7"],
		["F12", "F12"],
		["page down", "PageDown"],
		["Enter", "Return"],
		["[", "LeftBracket"],
	);
	const chord = fc.tuple(fc.array(modifier, { maxLength: 3 }), key).map(([held, last]) => [...held, last]);
	fc.assert(
		fc.property(
			fc.array(chord, { minLength: 1, maxLength: 6 }),
			fc.constantFrom("+", " + ", " "),
			fc.constantFrom(" ", ", ", " then ", " and "),
			(chords, within, between) => {
				const said = chords.map((keys) => keys.map(([word]) => word).join(within)).join(between);
				expect(readKeys(said)).toEqual(chords.map((keys) => keys.map(([, name]) => name)));
			},
		),
	);
});

test("what names no key is refused", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), (said) => {
			try {
				for (const chord of readKeys(said)) for (const name of chord) expect(name).toMatch(/^[A-Z][A-Za-z0-9]*$/);
			} catch (error) {
				expect(error).toBeInstanceOf(AiosError);
			}
		}),
		{ numRuns: 1_000 },
	);
});

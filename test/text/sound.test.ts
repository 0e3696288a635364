import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { soundsLike } from "../../core/text/index.ts";

describe("words that sound alike", () => {
	test.each([
		["jit", "git"],
		["medium rose", "medium roast"],
		["Americana", "americano"],
		["hey arios", "hey aios"],
		["hay i us", "hey aios"],
		["said", "set"],
		["jon", "john"],
		["pass ta", "pasta"],
	])("%s ~ %s", (heard, meant) => expect(soundsLike(heard, meant)).toBeGreaterThan(0.8));

	test.each([
		["large", "small"],
		["banana", "apple"],
		["okay google", "hey aios"],
		["hey carlos", "hey aios"],
		["alarm", "along"],
	])("%s is not %s", (one, other) => expect(soundsLike(one, other)).toBeLessThan(0.7));
});

test("likeness is from 0 to 1, the same both ways, and whole for the same text", () => {
	fc.assert(
		fc.property(fc.string(), fc.string(), (a, b) => {
			const alike = soundsLike(a, b);
			expect(alike).toBeGreaterThanOrEqual(0);
			expect(alike).toBeLessThanOrEqual(1);
			expect(soundsLike(b, a)).toBeCloseTo(alike, 10);
			if (/[a-z0-9]/i.test(a)) expect(soundsLike(a, a)).toBe(1);
		}),
	);
});

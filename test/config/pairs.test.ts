import fc from "fast-check";
import { expect, test } from "vitest";
import { readPairs } from "../../core/traces/pairs.ts";

test("headers for a collector are read as OpenTelemetry writes them, whatever is in a value", () => {
	const key = fc.oneof(fc.constantFrom("__proto__", "constructor"), fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/));
	fc.assert(
		fc.property(fc.dictionary(key, fc.string({ unit: "grapheme" })), fc.constantFrom(",", " , "), (pairs, between) => {
			const written = Object.entries(pairs).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
			expect(Object.entries(readPairs(written.join(between)))).toEqual(Object.entries(pairs));
		}),
	);
});

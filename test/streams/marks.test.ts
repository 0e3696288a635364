import fc from "fast-check";
import { expect, test } from "vitest";
import { createMarkReader } from "../../core/streams/index.ts";

test("what comes before a mark is passed on whole, and no part of the mark with it, in whatever pieces it comes", async () => {
	const text = fc.string({ unit: fc.constantFrom("a", "b", "\u0000") });
	await fc.assert(
		fc.asyncProperty(
			text.filter((one) => one !== ""),
			text,
			text,
			fc.array(fc.nat({ max: 20 }), { minLength: 1 }),
			async (mark, before, after, lengths) => {
				const stream = before + mark + after;
				let passed = "";
				const reader = createMarkReader((part) => {
					passed += part;
				});
				let atMark: string | undefined;
				const met = reader.expect(mark).then(() => {
					atMark ??= passed;
				});
				const end = stream.indexOf(mark) + mark.length;
				let at = 0;
				for (let turn = 0; at < end; turn++) {
					const next = at + (lengths[turn % lengths.length] ?? 0) + 1;
					reader.push(stream.slice(at, next));
					at = next;
				}
				await met;
				expect(atMark).toBe(stream.slice(0, stream.indexOf(mark)));
				reader.push(stream.slice(at));
				expect(passed).toBe(stream.slice(0, stream.indexOf(mark)) + stream.slice(end));
			},
		),
	);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { readSse } from "../../core/orchestrator/sse.ts";

/** A body that arrives in pieces cut at these shares of it, within characters too. */
function inPieces(text: string, cuts: readonly number[]): Response {
	const bytes = new TextEncoder().encode(text);
	const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
	const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
	return new Response(
		new ReadableStream({
			start(controller) {
				for (const piece of pieces) if (piece.length > 0) controller.enqueue(piece);
				controller.close();
			},
		}),
	);
}

test("events of a server arrive whole, however its lines end and wherever the network cuts them", async () => {
	const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, "").trimStart());
	const event = fc.record({
		lines: fc.array(line, { minLength: 1, maxLength: 3 }),
		space: fc.boolean(),
		before: fc.constantFrom("", ": a comment", "id: 7", "event: message", "retry: 10"),
	});
	await fc.assert(
		fc.asyncProperty(
			fc.array(event, { maxLength: 4 }),
			fc.constantFrom("\n", "\r\n", "\r"),
			fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
			async (events, end, cuts) => {
				const text = events
					.map(({ lines, space, before }) => {
						const data = lines.map((one) => `data:${space ? " " : ""}${one}`);
						return [...(before === "" ? [] : [before]), ...data, "", ""].join(end);
					})
					.join("");
				const read = await Array.fromAsync(readSse(inPieces(text, cuts)));
				expect(read).toEqual(events.map(({ lines }) => lines.join("\n")));
			},
		),
	);
});

test("a server that never ends an event is given up, whether it is one line or many", async () => {
	for (const piece of ["x".repeat(1_000_000), `data: ${"x".repeat(1_000)}\n`.repeat(1_000)]) {
		const endless = new ReadableStream({
			pull(controller) {
				controller.enqueue(new TextEncoder().encode(piece));
			},
		});
		await expect(Array.fromAsync(readSse(new Response(endless)))).rejects.toThrow(RangeError);
	}
});

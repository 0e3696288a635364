import { expect, test } from "vitest";
import { boundMessages } from "../../core/streams/index.ts";

/** Reads a body of these pieces to its end; gives what arrived. */
async function read(type: string, pieces: string[]): Promise<string> {
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			for (const piece of pieces) controller.enqueue(Buffer.from(piece));
			controller.close();
		},
	});
	const response = new Response(body, { headers: { "content-type": type } });
	return boundMessages(response, 100, () => new RangeError("too much")).text();
}

test("events of any number pass, as long as each can be held", async () => {
	const events = Array.from({ length: 50 }, (_, index) => `data: ${index}\ndata: more\n\n`);
	expect(await read("text/event-stream", events)).toBe(events.join(""));
});

test.each([
	["in one line", ["data: ", "x".repeat(60), "x".repeat(60)]],
	["in many lines", Array.from({ length: 20 }, () => "data: xx\n")],
	["after one that ended", ["data: 1\n\n", "data: ", "x".repeat(101)]],
])("an event that does not end, %s, ends the reading", async (_how, pieces) => {
	await expect(read("text/event-stream; charset=utf-8", pieces)).rejects.toThrow("too much");
});

test("what is no stream of events is one message", async () => {
	expect(await read("application/json", ["{}", "\n\n", " ".repeat(90)])).toHaveLength(94);
	await expect(read("application/json", ["{}\n\n", " ".repeat(97)])).rejects.toThrow("too much");
});

import fc from "fast-check";
import { expect, test } from "vitest";
import {
	type Ask,
	createEndpointer,
	defaultEndpointSettings,
	type EndpointEvent,
	msOf,
} from "../../core/voice/endpoint.ts";
import type { Sense } from "../../core/voice/sense.ts";

/** Windows of 32 ms from a sketch: "-" silence, "s" speech, "~" neither. */
function run(sketch: string, complete?: (speechEnd: number) => number | undefined, sense?: Sense) {
	const endpointer = createEndpointer(defaultEndpointSettings);
	const events: EndpointEvent[] = [];
	const take = (more: EndpointEvent[]): void => {
		for (const event of more) {
			events.push(event);
			if (event.kind === "ask" && complete) take(endpointer.answer(event, complete(event.speechEnd), sense));
		}
	};
	[...sketch].forEach((mark, i) => {
		take(endpointer.push({ end: (i + 1) * 512, speech: mark === "s" ? 0.9 : mark === "~" ? 0.4 : 0.02 }));
	});
	return { events, endpointer, kinds: events.map(({ kind }) => kind) };
}

test("a click is no beginning; three windows of speech are", () => {
	expect(run("---s-----s----").kinds).toEqual([]);
	expect(run("---sss").kinds).toEqual(["start"]);
});

test("sound from 300 ms before the first speech is kept, but nothing of the turn before", () => {
	const { events } = run(`${"-".repeat(20)}sss`);
	const [start] = events;
	expect(start).toMatchObject({ kind: "start", onset: 20 * 512, from: 20 * 512 - 4800 });
	const two = run(`${"s".repeat(10)}${"-".repeat(12)}sss`, () => 0.99).events.filter(
		({ kind }) => kind !== "ask" && kind !== "pause",
	);
	expect(two.map(({ kind }) => kind)).toEqual(["start", "end", "start"]);
	expect(two[2]).toMatchObject({ from: 22 * 512 - 4800 });
});

const ended = (complete: number | undefined, sense: Sense | undefined): number => {
	const { events } = run(`${"s".repeat(30)}${"-".repeat(80)}`, () => complete, sense);
	const end = events.find((event) => event.kind === "end");
	expect(end).toMatchObject({ speechEnd: 30 * 512 });
	return end?.kind === "end" ? msOf(end.at - end.speechEnd) : Number.POSITIVE_INFINITY;
};

test.each<[Sense | undefined, number | undefined, number]>([
	["call", 0.98, 300],
	["call", 0.55, 300],
	["call", undefined, 700],
	["request", 0.98, 400],
	["request", 0.7, 600],
	["request", 0.4, 1000],
	["request", undefined, 850],
	["ask", 0.95, 650],
	["unknown", 0.95, 1200],
	["unfinished", 0.99, 1850],
	[undefined, 0.98, 400],
	[undefined, 0.05, 1850],
])(
	"a turn whose words are '%s' and that the model gives %s is over within %i ms of silence",
	(sense, complete, most) => {
		expect(ended(complete, sense)).toBeLessThanOrEqual(most);
	},
);

test.each<[Sense, number]>([
	["unfinished", 0.99],
	["fragment", 0.99],
	["call", 0.05],
	["ask", 0.3],
	["unknown", 0.5],
	["request", 0.1],
])("words that are '%s' with %s from the model are given 1.2 s to go on", (sense, complete) => {
	expect(ended(complete, sense)).toBeGreaterThan(1230);
});

test("a pause of 1.2 s in a sentence the model takes for unfinished is not the end", () => {
	const { kinds } = run(`${"s".repeat(30)}${"-".repeat(38)}${"s".repeat(30)}`, () => 0.05);
	expect(kinds).not.toContain("end");
	expect(kinds).toContain("resume");
});

/** As `run`, with each answer `late` windows after it was asked for. */
function runLate(sketch: string, late: number, complete: (silenceMs: number) => number, sense: Sense) {
	const endpointer = createEndpointer(defaultEndpointSettings);
	const asked: { due: number; ask: Ask }[] = [];
	const kinds: string[] = [];
	const take = (events: EndpointEvent[], at: number): void => {
		for (const event of events) {
			kinds.push(event.kind);
			if (event.kind === "ask") asked.push({ due: at + late, ask: event });
		}
	};
	[...sketch].forEach((mark, i) => {
		take(endpointer.push({ end: (i + 1) * 512, speech: mark === "s" ? 0.9 : 0.02 }), i);
		while (asked[0] !== undefined && asked[0].due <= i) {
			const { ask } = asked.shift() ?? { ask: { from: 0, speechEnd: 0, at: 0 } };
			take(endpointer.answer(ask, complete(msOf(ask.at - ask.speechEnd)), sense), i);
		}
	});
	return kinds;
}

test.each([0, 3, 10, 20, 33])(
	"a pause of 1.2 s that sounds like the end at first is kept open however late the answers are: %i windows",
	(late) => {
		const pause = `${"s".repeat(30)}${"-".repeat(39)}${"s".repeat(30)}`;
		const hasty = (silenceMs: number): number => (silenceMs < 400 ? 0.95 : 0.05);
		expect(runLate(pause, late, hasty, "unknown")).not.toContain("end");
		const ends = runLate(`${pause}${"-".repeat(60)}`, late, hasty, "unknown").filter((kind) => kind === "end");
		expect(ends).toEqual(["end"]);
	},
);

test("an early answer that would have ended the turn before the next one still does when it comes late", () => {
	// Asked after 160 ms, answered after 640 ms: 288 ms would have been enough.
	const kinds = runLate(
		`${"s".repeat(30)}${"-".repeat(21)}`,
		15,
		(silenceMs) => (silenceMs < 200 ? 0.98 : 0.01),
		"call",
	);
	expect(kinds.slice(-1)).toEqual(["end"]);
});

test("the turn model is not asked again once the end is settled, and goes on being asked while it is not", () => {
	const asks = (complete: number) =>
		run(`${"s".repeat(30)}${"-".repeat(18)}`, () => complete, "call").kinds.filter((kind) => kind === "ask").length;
	expect(asks(0.98)).toBe(1);
	expect(asks(0.3)).toBe(4);
});

test("an answer about a silence that is over changes nothing", () => {
	const endpointer = createEndpointer(defaultEndpointSettings);
	for (let i = 1; i <= 30; i += 1) endpointer.push({ end: i * 512, speech: 0.9 });
	for (let i = 31; i <= 36; i += 1) endpointer.push({ end: i * 512, speech: 0 });
	endpointer.push({ end: 37 * 512, speech: 0.9 });
	expect(endpointer.answer({ speechEnd: 30 * 512, at: 36 * 512 }, 0.99)).toEqual([]);
	expect(endpointer.speaking).toBe(true);
});

test("breath and murmur after the last word do not prolong the turn", () => {
	const { events } = run(`${"s".repeat(30)}-----${"~".repeat(60)}`, () => 0.98);
	expect(events.some(({ kind }) => kind === "end")).toBe(true);
});

test("a turn is cut after a minute at the latest", () => {
	const { events } = run("s".repeat(2000));
	expect(events.find(({ kind }) => kind === "end")).toMatchObject({ reason: "length" });
});

test("releasing the key takes even a word too short for a beginning", () => {
	const { endpointer } = run("-----ss");
	expect(endpointer.stop()).toMatchObject([{ kind: "end", onset: 5 * 512, speechEnd: 7 * 512, reason: "stop" }]);
	expect(run("-------").endpointer.stop()).toEqual([]);
});

test("whatever is heard, turns follow each other without overlap, and each ends once", () => {
	const windows = fc.array(
		fc.record({ mark: fc.constantFrom("s", "-", "~"), times: fc.integer({ min: 1, max: 40 }) }),
		{ maxLength: 30 },
	);
	fc.assert(
		fc.property(windows, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (parts, answers) => {
			let asked = 0;
			const sketch = parts.map(({ mark, times }) => mark.repeat(times)).join("");
			const { events } = run(sketch, () => answers[asked++ % answers.length]);
			let open = false;
			let last = 0;
			for (const event of events) {
				if (event.kind === "start") {
					expect(open).toBe(false);
					expect(event.from).toBeGreaterThanOrEqual(last);
					open = true;
				} else if (event.kind === "end") {
					expect(open).toBe(true);
					expect(event.speechEnd).toBeGreaterThan(event.from);
					last = event.speechEnd;
					open = false;
				} else expect(open).toBe(true);
			}
		}),
	);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CatalogueTool, Understanding } from "../../core/contract/index.ts";
import { createUnderstander, type Stage } from "../../core/understanding/index.ts";
import { mainTools, monday } from "./main-tools.ts";

const understander = createUnderstander();
understander.load(mainTools());

type Ask = Extract<Understanding, { kind: "ask" }>;

async function askedBy(said: string): Promise<Ask> {
	const understood = await understander.understand(said, { now: monday });
	if (understood.kind !== "ask") throw new Error(`"${said}" asked nothing`);
	return understood;
}

const answer = (pending: Ask, text: string) => understander.understand(text, { now: monday, pending });

describe("a pending question", () => {
	test.each(["five minutes", "for five minutes", "make it five minutes please", "um, five minutes."])(
		"is answered by %j",
		async (text) => {
			const understood = await answer(await askedBy("set a timer"), text);
			expect(understood).toMatchObject({ kind: "call", tool: "set_timer", arguments: { duration: 300 } });
		},
	);

	test("keeps what was said before it", async () => {
		const understood = await answer(await askedBy("remind me to buy milk"), "tomorrow at nine");
		expect(understood).toMatchObject({ kind: "call", tool: "add_reminder", arguments: { text: "buy milk" } });
	});

	test("is followed by the next one while something is missing", async () => {
		const first = await askedBy("set a reminder");
		expect(first.slot).toBe("text");
		const second = await answer(first, "call my mom");
		expect(second).toMatchObject({ kind: "ask", slot: "time", arguments: { text: "call my mom" } });
		if (second.kind === "ask") {
			expect(await answer(second, "at eight tomorrow")).toMatchObject({ kind: "call", tool: "add_reminder" });
		}
	});

	test("gives way to another command", async () => {
		expect(await answer(await askedBy("set a timer"), "what time is it")).toMatchObject({ tool: "get_time" });
		expect(await answer(await askedBy("set a reminder"), "cancel all timers")).toMatchObject({ tool: "cancel_timer" });
	});

	test("is asked once more after an answer that doesn't fit, then dropped", async () => {
		const again = await answer(await askedBy("set a timer"), "purple elephants");
		expect(again).toMatchObject({ kind: "ask", slot: "duration" });
		if (again.kind === "ask") {
			expect(again.question).toContain("For how long?");
			expect(await answer(again, "purple elephants")).toEqual({ kind: "unknown" });
		}
	});

	test("of a tool that is gone is forgotten", async () => {
		const pending = { ...(await askedBy("set a timer")), tool: "no_such_tool" };
		expect(await answer(pending, "what time is it")).toMatchObject({ tool: "get_time" });
	});
});

function tool(
	name: string,
	input: CatalogueTool["input"],
	sentences: string[],
	fixed?: { text: string; values: Record<string, unknown> }[],
): CatalogueTool {
	return {
		server: "test",
		name,
		title: name,
		description: "",
		effect: "write",
		role: "user",
		idempotent: false,
		input,
		output: {},
		voice: { en: { sentences, fixed } },
		timeoutMs: 1000,
	};
}

describe("slots", () => {
	const order = createUnderstander();
	order.load([
		tool(
			"order",
			{
				type: "object",
				properties: {
					drink: { type: "string", enum: ["americano", "latte", "flat_white", "mocha"] },
					roast: { type: "string", enum: ["light roast", "medium roast", "dark roast"] },
					shots: { type: "integer", minimum: 1, maximum: 4 },
				},
				required: ["drink"],
			},
			["(make|get) me [a|an] {drink} [with {roast}] [and {shots} shots]"],
		),
		tool("open_site", { type: "object", properties: { url: { type: "string", "x-slot": "url" } }, required: ["url"] }, [
			"visit {url}",
		]),
		tool("mail", { type: "object", properties: { to: { type: "string", "x-slot": "email" } }, required: ["to"] }, [
			"mail to {to}",
		]),
		tool(
			"dim",
			{
				type: "object",
				properties: { level: { type: "number", minimum: 0, maximum: 100, "x-slot": "percent" } },
				required: ["level"],
			},
			["dim the lights to {level} [percent]"],
		),
		tool("broken", { type: "object", properties: {} }, ["this one (is broken", "{nothing} here", "mend the fence"]),
	]);
	const understand = (text: string) => order.understand(text, { now: monday });

	test("take the allowed value that sounds like what was heard", async () => {
		expect(await understand("make me an Americana with medium rose")).toMatchObject({
			kind: "call",
			arguments: { drink: "americano", roast: "medium roast" },
		});
		expect(await understand("get me a flat white and two shots")).toMatchObject({
			arguments: { drink: "flat_white", shots: 2 },
		});
	});

	test("refuse a value that sounds like none of them", async () => {
		expect(await understand("make me a tomato soup")).toMatchObject({ kind: "unknown" });
	});

	test("write addresses the way they are typed", async () => {
		expect(await understand("visit github dot com slash about")).toMatchObject({
			arguments: { url: "https://github.com/about" },
		});
		expect(await understand("visit example.org")).toMatchObject({ arguments: { url: "https://example.org" } });
		expect(await understand("mail to jane dot doe at example dot com")).toMatchObject({
			arguments: { to: "jane.doe@example.com" },
		});
	});

	test("ask again for a number outside its range, saying which it may be", async () => {
		const asked = await understand("dim the lights to one hundred and fifty percent");
		expect(asked).toMatchObject({ kind: "ask", slot: "level" });
		if (asked.kind === "ask") expect(asked.question).toContain("between 0 and 100");
		expect(await understand("dim the lights to forty percent")).toMatchObject({
			kind: "call",
			arguments: { level: 40 },
		});
	});

	test("a sentence of a tool that can't be read costs only that sentence", async () => {
		expect(await understand("mend the fence")).toMatchObject({ kind: "call", tool: "broken" });
	});
});

describe("stages", () => {
	test("later ones are asked only where earlier ones don't know", async () => {
		const heard: string[] = [];
		const guess: Stage = {
			load() {},
			understand(text) {
				heard.push(text);
				return { kind: "call", server: "s", tool: "guess", arguments: {}, confidence: 0.5 };
			},
		};
		const know: Stage = {
			load() {},
			understand: (text) =>
				text === "known"
					? { kind: "call", server: "s", tool: "known", arguments: {}, confidence: 1 }
					: { kind: "unknown" },
		};
		const staged = createUnderstander({ stages: [know, guess] });
		expect(await staged.understand("known", { now: monday })).toMatchObject({ tool: "known" });
		expect(await staged.understand("something else", { now: monday })).toMatchObject({ tool: "guess" });
		expect(heard).toEqual(["something else"]);
	});
});

test("no text makes it throw, and an answer never names a tool that isn't there", async () => {
	const words = fc.constantFrom(
		"set",
		"a",
		"timer",
		"for",
		"five",
		"remind",
		"me",
		"to",
		"at",
		"list",
		"every",
		"{",
		"]",
		"'",
		"😀",
		"5",
		"%",
		"and",
		"add",
	);
	const text = fc.oneof(
		fc.string({ maxLength: 200 }),
		fc.array(words, { maxLength: 40 }).map((all) => all.join(" ")),
	);
	const known = new Set(mainTools().map(({ name }) => name));
	await fc.assert(
		fc.asyncProperty(text, async (said) => {
			const understood = await understander.understand(said, { now: monday });
			expect(understood.kind === "unknown" || known.has(understood.tool)).toBe(true);
		}),
		{ numRuns: 300 },
	);
});

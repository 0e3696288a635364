import { describe, expect, test } from "vitest";
import { createUnderstander } from "../../core/understanding/index.ts";
import { onTheWall } from "./catalogue.ts";
import { mainTools, monday } from "./main-tools.ts";
import { commands, incomplete, notForUs } from "./sentences.ts";

const understander = createUnderstander();
understander.load(mainTools());

describe("a spoken sentence becomes the call it means", () => {
	test.each(commands)("%s", async (said, tool, args) => {
		const understood = await understander.understand(said, { now: monday });
		expect(understood).toMatchObject({ kind: "call", server: "main", tool });
		if (understood.kind === "call") {
			expect(onTheWall(understood.arguments)).toEqual(args);
			expect(understood.confidence).toBeGreaterThan(0.5);
		}
	});
});

describe("where a value is missing, it is asked for", () => {
	test.each(incomplete)("%s", async (said, tool, slot, args) => {
		const understood = await understander.understand(said, { now: monday });
		expect(understood).toMatchObject({ kind: "ask", tool, slot });
		if (understood.kind === "ask") {
			expect(onTheWall(understood.arguments)).toEqual(args);
			expect(understood.question).toMatch(/\?$/);
		}
	});
});

describe("what no tool serves is left alone", () => {
	test.each(notForUs)("%s", async (said) => {
		expect(await understander.understand(said, { now: monday })).toEqual({ kind: "unknown" });
	});
});

test("the table holds at least 150 sentences", () => {
	expect(commands.length + incomplete.length + notForUs.length).toBeGreaterThanOrEqual(150);
});

import { beforeAll, describe, expect, test } from "vitest";
import type { CatalogueTool, Understanding } from "../../core/contract/index.ts";
import { createUnderstander } from "../../core/understanding/index.ts";
import { sampleSentence } from "../../servers/main/tools/sample-sentence.ts";
import { onTheWall, wholeCatalogue } from "./catalogue.ts";
import { everyday } from "./everyday.ts";
import { firstSight } from "./first-sight.ts";
import { monday } from "./main-tools.ts";
import { notTaken } from "./not-taken.ts";
import { utterances } from "./utterances.ts";

const understander = createUnderstander();
let tools: CatalogueTool[];

beforeAll(async () => {
	tools = await wholeCatalogue();
	understander.load(tools);
});

const understand = (text: string) => understander.understand(text, { now: monday });

function told(understood: Understanding): string {
	if (understood.kind === "unknown") return "nothing";
	const tool = `${understood.server}.${understood.tool}`;
	return understood.kind === "ask" ? `${tool}?${understood.slot}` : tool;
}

describe("with the tools of all servers", () => {
	test.each([...utterances, ...firstSight, ...everyday].map(([said, meant, args = {}]) => ({ said, meant, args })))(
		"$said",
		async ({ said, meant, args }) => {
			const understood = await understand(said);
			expect([told(understood), understood.kind === "unknown" ? {} : onTheWall(understood.arguments)]).toEqual([
				meant,
				args,
			]);
		},
	);

	test("what is not for it, or no whole sentence, does nothing", async () => {
		const taken: string[] = [];
		for (const said of notTaken) {
			const understood = await understand(said);
			if (understood.kind !== "unknown") taken.push(`${said}: ${told(understood)}`);
		}
		expect(taken).toEqual([]);
	});

	test("what help shows as a sentence is one", async () => {
		const wrong: string[] = [];
		for (const tool of tools) {
			const { fixed = [], sentences = [] } = tool.voice?.en ?? {};
			for (const template of [...fixed.map(({ text }) => text), ...sentences].slice(0, 3)) {
				const said = sampleSentence(template, tool);
				const found = told(await understand(said)).replace(/\?.*/, "");
				if (found !== `${tool.server}.${tool.name}`) wrong.push(`${said}: ${found}`);
			}
		}
		expect(wrong).toEqual([]);
	});

	test("every server is spoken to", () => {
		const spoken = new Set(utterances.map(([, meant]) => meant.split(".")[0]));
		expect([...spoken].sort()).toEqual([...new Set(tools.map(({ server }) => server))].sort());
	});
});

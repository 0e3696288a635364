import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Understander } from "../../core/contract/index.ts";
import { createUnderstander } from "../../core/understanding/index.ts";
import { wholeCatalogue } from "../understanding/catalogue.ts";
import { mainTools, monday } from "../understanding/main-tools.ts";

// How many sentences of a labelled set reach the right tool of the main server (with --all: of all servers), and how many
// that it doesn't serve are taken wrongly. Run it with:
// bun test/bench/understanding-accuracy.ts LABELLED.jsonl [OUT_OF_SCOPE.txt] [--all] [--show]
// A line of the first is {"text": …, "tool": name or null}; of the second, a sentence that nothing serves.

const row = z.object({ text: z.string(), tool: z.string().nullable() });

async function toolOf(understander: Understander, text: string): Promise<string | null> {
	const understood = await understander.understand(text, { now: monday });
	return understood.kind === "unknown" ? null : understood.tool;
}

const lines = (path: string) =>
	readFileSync(path, "utf8")
		.split("\n")
		.filter((line) => line.trim() !== "");

const [labelled, outside] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const show = process.argv.includes("--show");
if (labelled === undefined) throw new Error("name a labelled file");
const tools = process.argv.includes("--all") ? await wholeCatalogue() : mainTools();
const names = new Set(tools.map(({ name }) => name));
// What the speakers of the set call their assistant.
const understander = createUnderstander({ names: ["aios", "olly"] });
understander.load(tools);

const served = { sentences: 0, right: 0, missed: 0, other: 0 };
const unserved = { sentences: 0, taken: 0 };
for (const line of lines(labelled)) {
	const { text, tool } = row.parse(JSON.parse(line));
	const got = await toolOf(understander, text);
	if (tool === null || !names.has(tool)) {
		unserved.sentences += 1;
		if (got !== null) unserved.taken += 1;
		if (got !== null && show) console.log(`taken as ${got}: ${text}`);
		continue;
	}
	served.sentences += 1;
	if (got === tool) served.right += 1;
	else if (got === null) served.missed += 1;
	else served.other += 1;
	if (got !== tool && show) console.log(`${tool}, got ${got}: ${text}`);
}
for (const text of outside === undefined ? [] : lines(outside)) {
	const got = await toolOf(understander, text);
	unserved.sentences += 1;
	if (got !== null) unserved.taken += 1;
	if (got !== null && show) console.log(`taken as ${got}: ${text}`);
}
console.table({ served, unserved });

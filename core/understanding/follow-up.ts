import type { CatalogueTool, PreviousCall, Understanding } from "../contract/index.ts";
import { questionFor } from "./question.ts";
import { slotsOfInput } from "./slots.ts";
import type { Stage, StageContext } from "./stage.ts";

/** Understands what is only said after a call: "and in Berlin", "cancel that". */
export interface FollowUps {
	load(tools: readonly CatalogueTool[]): void;
	understand(text: string, previous: PreviousCall, context: StageContext): Promise<Understanding>;
}

/** `stage` makes the stage that reads the sentences said after one tool. */
export function createFollowUps(stage: () => Stage): FollowUps {
	let catalogue: readonly CatalogueTool[] = [];
	let byPrevious = new Map<string, { tools: CatalogueTool[]; stage?: Stage }>();
	return {
		load(tools) {
			catalogue = tools;
			byPrevious = new Map();
			for (const tool of tools) {
				for (const [after, sentences] of Map.groupBy(tool.voice?.en.followUps ?? [], (one) => one.after ?? tool.name)) {
					const key = `${tool.server} ${after}`;
					const known = byPrevious.get(key) ?? { tools: [] };
					const fixed = sentences.map(({ text, values }) => ({ text, values: values ?? {} }));
					// What isn't said again is known, so that no value may be left out of these sentences.
					const input = { ...tool.input, required: [] };
					known.tools.push({ ...tool, input, voice: { en: { ...tool.voice?.en, sentences: [], fixed } } });
					byPrevious.set(key, known);
				}
			}
		},
		async understand(text, previous, context) {
			const known = byPrevious.get(`${previous.server} ${previous.tool}`);
			if (known === undefined) return { kind: "unknown" };
			if (known.stage === undefined) {
				known.stage = stage();
				known.stage.load(known.tools);
			}
			const found = await known.stage.understand(text, { ...context, unitSeconds: unitOf(previous) });
			const tool =
				found.kind !== "unknown" &&
				catalogue.find(({ server, name }) => server === found.server && name === found.tool);
			return found.kind === "unknown" || !tool ? { kind: "unknown" } : completed(found, tool, previous.arguments);
		},
	};
}

/** The unit of the duration that was said before: 300 seconds were minutes. */
function unitOf({ arguments: { duration } }: PreviousCall): number | undefined {
	return typeof duration === "number" ? [3_600, 60, 1].find((unit) => duration % unit === 0) : undefined;
}

/** What was not said stays as it was `before`: fields of the same name. */
export function completed(
	found: Exclude<Understanding, { kind: "unknown" }>,
	tool: CatalogueTool,
	before: Readonly<Record<string, unknown>>,
): Understanding {
	const { slots, required } = slotsOfInput(tool.input);
	const kept = Object.fromEntries(Object.entries(before).filter(([name]) => slots.has(name)));
	const known = { ...kept, ...found.arguments };
	const { server, tool: name, confidence } = found;
	const call = { server, tool: name, arguments: known, confidence };
	const open = [...required].find((field) => !(field in known));
	const slot = open === undefined ? undefined : slots.get(open);
	if (slot === undefined) return { kind: "call", ...call };
	return { kind: "ask", ...call, slot: slot.name, question: questionFor(tool, slot) };
}

import type { CatalogueTool, Logger, Understander, Understanding } from "../contract/index.ts";
import { completeWith, readAnswer } from "./answer.ts";
import { slotsOfInput } from "./slots.ts";
import type { Stage, StageContext } from "./stage.ts";
import { createTemplateStage } from "./templates.ts";

export interface UnderstanderOptions {
	/** Tried in order until one knows what is meant; by default the sentence templates alone. */
	stages?: readonly Stage[];
	/** Names the assistant is called by, taken off the ends of a sentence. */
	names?: readonly string[];
	log?: Logger;
}

/** From here on a sentence is a new command even where free text was asked for. */
const plainlyACommand = 0.85;

/** Where a question is pending, words that fit nothing are asked for again with this before the question. */
const again = "I didn't get that.";

/**
 * Turns words into calls: the stages in order, and around them the dialogue. A pending question is answered by a value
 * that fits its field; another command replaces it; anything else is asked again, once.
 */
export function createUnderstander({ stages, names, log }: UnderstanderOptions = {}): Understander {
	const used = stages ?? [createTemplateStage({ names, log })];
	let catalogue: readonly CatalogueTool[] = [];

	const understandAlone = async (text: string, context: StageContext): Promise<Understanding> => {
		for (const stage of used) {
			context.signal?.throwIfAborted();
			const understanding = await stage.understand(text, context);
			if (understanding.kind !== "unknown") return understanding;
		}
		return { kind: "unknown" };
	};

	return {
		load(tools) {
			catalogue = tools;
			for (const stage of used) stage.load(tools);
		},
		async understand(text, { now, pending, signal }) {
			const context = { now, signal };
			const tool = pending && catalogue.find(({ server, name }) => server === pending.server && name === pending.tool);
			const slot = pending && tool && slotsOfInput(tool.input).slots.get(pending.slot);
			if (pending === undefined || tool === undefined || slot === undefined) return understandAlone(text, context);
			const answer = readAnswer(slot, text, now);
			const free = slot.kind === "text" || slot.kind === "name" || slot.kind === "path";
			if (answer !== undefined && !free) return completeWith(pending, tool, answer);
			const command = await understandAlone(text, context);
			const replaces = command.kind !== "unknown" && (!free || command.confidence >= plainlyACommand);
			if (replaces) return command;
			if (answer !== undefined) return completeWith(pending, tool, answer);
			if (pending.question.startsWith(again)) return { kind: "unknown" };
			return { ...pending, question: `${again} ${pending.question}` };
		},
	};
}

import {
	type CatalogueTool,
	carriedKeyword,
	type Logger,
	type PreviousCall,
	type SlotKind,
	type Understander,
	type Understanding,
} from "../contract/index.ts";
import { chosenByPlace, completeWith, readAnswer } from "./answer.ts";
import { corrections } from "./correction.ts";
import { completed, createFollowUps } from "./follow-up.ts";
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

type Context = Parameters<Understander["understand"]>[1];

/** From here on a sentence is a new command even where free text was asked for. */
const plainlyACommand = 0.85;

/** The same where a name was: "call my mum" is none, though the mum may be anyone's. */
const likelyACommand = 0.65;

/** How much surer a sentence must be with something taken back than as it was said. */
const clearer = 0.05;

/** Kinds of which any words may be a value, also those of another command. */
const freeKinds: ReadonlySet<SlotKind> = new Set(["text", "name", "path", "folder", "table", "command"]);

/** Where a question is pending, words that fit nothing are asked for again with this before the question. */
const again = "I didn't get that.";

/**
 * Turns words into calls: the stages in order, and around them the dialogue. A pending question is answered by a value
 * that fits its field; another command replaces it; anything else is asked again, once.
 */
export function createUnderstander({ stages, names, log }: UnderstanderOptions = {}): Understander {
	const templates = () => createTemplateStage({ names, log });
	const used = stages ?? [templates()];
	const followUps = createFollowUps(templates);
	let catalogue: readonly CatalogueTool[] = [];

	const understandAsSaid = async (text: string, context: StageContext): Promise<Understanding> => {
		for (const stage of used) {
			context.signal?.throwIfAborted();
			const understanding = await stage.understand(text, context);
			if (understanding.kind !== "unknown") return understanding;
		}
		return { kind: "unknown" };
	};

	const understandCorrected = async (text: string, context: StageContext): Promise<Understanding> => {
		let best = await understandAsSaid(text, context);
		for (const meant of corrections(text)) {
			const found = await understandAsSaid(meant, context);
			if (surenessOf(found) > surenessOf(best) + clearer) best = found;
		}
		return best;
	};

	const understandAlone = async (text: string, context: StageContext, previous?: PreviousCall) => {
		const understood = await understandCorrected(text, context);
		if (previous === undefined || understood.kind !== "unknown") return understood;
		return await followUps.understand(text, previous, context);
	};

	/** What was not said and carries on is as it was said last. */
	const withCarried = (understood: Understanding, carried: Context["carried"]): Understanding => {
		if (carried === undefined || understood.kind === "unknown") return understood;
		const { server, tool: name, arguments: said } = understood;
		const tool = catalogue.find((one) => one.server === server && one.name === name);
		if (tool === undefined) return understood;
		const { slots } = slotsOfInput(tool.input);
		const open = Object.entries(carried(server)).filter(
			([field]) => !(field in said) && slots.get(field)?.schema[carriedKeyword] === true,
		);
		return open.length === 0 ? understood : completed(understood, tool, Object.fromEntries(open));
	};

	const understand = async (text: string, { now, pending, previous, signal }: Context): Promise<Understanding> => {
		const context = { now, signal };
		const tool = pending && catalogue.find(({ server, name }) => server === pending.server && name === pending.tool);
		const slot = pending && tool && slotsOfInput(tool.input).slots.get(pending.slot);
		if (pending === undefined || tool === undefined || slot === undefined) {
			return understandAlone(text, context, previous);
		}
		const chosen = chosenByPlace(pending.choices ?? [], text);
		if (chosen !== undefined) return completeWith(pending, tool, { value: chosen, certainty: 1 });
		const answer = readAnswer(slot, text, now);
		const free = freeKinds.has(slot.kind);
		if (answer !== undefined && !free) return completeWith(pending, tool, answer);
		const command = await understandAlone(text, context);
		const least = slot.kind === "name" ? likelyACommand : plainlyACommand;
		const replaces = command.kind !== "unknown" && (!free || command.confidence >= least);
		if (replaces) return command;
		if (answer !== undefined) return completeWith(pending, tool, answer);
		if (pending.question.startsWith(again)) return { kind: "unknown" };
		return { ...pending, question: `${again} ${pending.question}` };
	};

	return {
		load(tools) {
			catalogue = tools;
			for (const stage of used) stage.load(tools);
			followUps.load(tools);
		},
		understand: async (text, context) => withCarried(await understand(text, context), context.carried),
	};
}

/** A whole call is surer than one of which something is missing. */
function surenessOf(understanding: Understanding): number {
	if (understanding.kind === "unknown") return 0;
	return understanding.confidence - (understanding.kind === "ask" ? clearer : 0);
}

import type { CatalogueTool, Understanding } from "../contract/index.ts";
import { parseNumber } from "../text/index.ts";
import { tokenize } from "./normalise.ts";
import { questionFor } from "./question.ts";
import { anchorOf, type Reading, readSlot } from "./readers.ts";
import { complaint, type Slot, slotsOfInput } from "./slots.ts";

type Ask = Extract<Understanding, { kind: "ask" }>;

/** What people put before an answer: "for five minutes", "make it ten", "to Anna". */
const openers =
	/^(?:(?:please|okay|um|uh|well|so|make it|let us say|let's say|i said|it is|it's|that is|for|to|at|in|on|about|called|named|the)\s+)+/i;

const places = ["first", "second", "third", "fourth", "fifth"];

/** Which of the things a question offers is meant by their order: "the second one", "number two", "the last". */
export function chosenByPlace(choices: readonly string[], text: string): string | undefined {
	const said = /^(?:the )?(?:(\w+)(?: one)?|(?:number|option) (\w+))$/.exec(
		tokenize(text)
			.map(({ word }) => word)
			.filter((word) => word !== "please")
			.join(" "),
	);
	const [, place, number] = said ?? [];
	if (place === "last" || place === "latter") return choices.at(-1);
	if (place === "former") return choices[0];
	const at = number === undefined ? placeOf(place) : (parseNumber(number) ?? 0) - 1;
	return at < 0 ? undefined : choices[at];
}

/** The index a word for a place in a row means, -1 for other words. */
function placeOf(word = ""): number {
	return /^[1-9](?:st|nd|rd|th)$/.test(word) ? Number.parseInt(word, 10) - 1 : places.indexOf(word);
}

/** The value a text gives for the field that was asked for, read as it is or without its opening words. */
export function readAnswer(slot: Slot, text: string, now: Date): Reading | undefined {
	const tokens = tokenize(text);
	const said = text.slice(tokens[0]?.from ?? 0, tokens.at(-1)?.to ?? 0);
	const courteous = said.replace(/[,\s]+(?:please|thanks|thank you)$/i, "");
	if (courteous === "") return undefined;
	const bare = courteous.replace(openers, "");
	// A text keeps "the", which may belong to it, and loses only what leads up to it.
	const forms =
		slot.kind === "text" || slot.kind === "name"
			? [courteous.replace(/^(?:um|uh|well|okay|about|to)[,\s]+/i, "")]
			: [courteous, bare];
	const anchor = anchorOf(text, now);
	for (const form of forms) {
		const reading = readSlot(slot, form, anchor);
		if (reading !== undefined) return reading;
	}
	return undefined;
}

/** Completes a pending question with its answer: a call, the next question, or the same one where the value won't do. */
export function completeWith(pending: Ask, tool: CatalogueTool, value: Reading): Understanding {
	const { slots, required } = slotsOfInput(tool.input);
	const slot = slots.get(pending.slot);
	if (slot === undefined) return { kind: "unknown" };
	const wrong = complaint(slot, value.value);
	if (wrong !== undefined) return { ...pending, question: `${wrong} ${questionFor(tool, slot)}` };
	const known = { ...pending.arguments, [pending.slot]: value.value };
	const next = [...required].find((name) => !(name in known));
	const nextSlot = next === undefined ? undefined : slots.get(next);
	const call = { server: pending.server, tool: pending.tool, arguments: known, confidence: value.certainty };
	if (nextSlot === undefined) return { kind: "call", ...call };
	return { kind: "ask", ...call, slot: nextSlot.name, question: questionFor(tool, nextSlot) };
}

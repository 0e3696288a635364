import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { readKeys, type VoiceAdapters } from "../adapters/index.ts";

/** Longest text one call types: about 50 s at a speed every program follows. */
const maxCharacters = 2_000;

const window = slot("name", z.string().trim().min(1).max(500))
	.optional()
	.describe("Title or id of the window that gets the keyboard first; what has it now by default");

/** Types text. Whatever has the keyboard takes it, a terminal too, so it counts as the worst it can be. */
export const typeText = defineTool({
	name: "type_text",
	title: "Type text",
	description:
		"Types text, any Unicode, into the window that has the keyboard or into the one named. What it does is up to that program, so by words it is asked about first. For longer text: clipboard_write, then press ctrl+v.",
	effect: "destructive",
	input: z.object({ text: slot("text", z.string().min(1).max(maxCharacters)), window }),
	output: z.object({ characters: z.number().int(), window: z.string().optional() }),
	voice: {
		en: {
			sentences: [
				"type [out] {text}",
				"type {text} (in|into) [the] window {window}",
				"type {text} (in|into) [the] {window} window",
			],
			examples: ["write this with the keyboard"],
			ask: { text: "Type what?" },
		},
	},
	timeoutMs: 58_000,
	summary: ({ text, window }) =>
		`Type ${JSON.stringify(text)}${window === undefined ? "" : ` into the window ${window}`}`,
	say: ({ window }) => (window === undefined ? "Typed." : `Typed into ${window}.`),
	async run({ text, window }, { desktop }: VoiceAdapters, { signal }) {
		const focused = window === undefined ? undefined : await desktop.focus(window, signal);
		await desktop.type(text, signal);
		return { characters: [...text].length, ...(focused && { window: focused.title }) };
	},
});

/** Presses keys and key combinations. */
export const pressKeys = defineTool({
	name: "press_keys",
	title: "Press keys",
	description:
		'Presses keys or key combinations one after the other, as in "ctrl+shift+t", "page down" or "ctrl+a ctrl+c". What they do is up to the program, so by words it is asked about first.',
	effect: "destructive",
	input: z.object({ keys: slot("keys", z.string().trim().min(1).max(300)), window }),
	output: z.object({ pressed: z.array(z.string()), window: z.string().optional() }),
	voice: {
		en: {
			sentences: [
				"(press|hit) [the] [key|keys] {keys} [key|keys]",
				"(press|hit) {keys} in [the] window {window}",
				"(press|hit) {keys} in [the] {window} window",
			],
			ask: { keys: "Which keys?" },
		},
	},
	summary: ({ keys, window }) => `Press ${keys}${window === undefined ? "" : ` in the window ${window}`}`,
	say: (_output, { keys }) => `Pressed ${keys}.`,
	async run({ keys, window }, { desktop }: VoiceAdapters, { signal }) {
		const chords = readKeys(keys);
		const focused = window === undefined ? undefined : await desktop.focus(window, signal);
		await desktop.press(chords, signal);
		return { pressed: chords.map((chord) => chord.join("+")), ...(focused && { window: focused.title }) };
	},
});

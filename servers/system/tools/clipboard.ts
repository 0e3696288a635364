import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";

/** Text of the clipboard an answer carries. */
const maxCharacters = 100_000;

/** What is on the clipboard. */
export const clipboardRead = defineTool({
	name: "clipboard_read",
	title: "Read clipboard",
	description: "The text on the desktop's clipboard.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({}),
	output: z.object({ text: z.string(), characters: z.number().int() }),
	voice: {
		en: {
			sentences: [
				"(what is|what's) (on|in) [the|my] clipboard",
				"read [me] [the|my] clipboard",
				"what (do i have|is there) (on|in) [the|my] clipboard",
				"what did i [just] copy",
			],
		},
	},
	say: ({ text, characters }) =>
		characters === 0
			? "The clipboard is empty."
			: characters <= 300
				? text
				: `There are ${sayCount(characters, "character")} on the clipboard. They are on the page.`,
	async run(_input, { desktop }: SystemAdapters) {
		const text = await desktop.readClipboard();
		return { text: text.slice(0, maxCharacters), characters: text.length };
	},
});

/** Puts text on the clipboard. */
export const clipboardWrite = defineTool({
	name: "clipboard_write",
	title: "Write clipboard",
	description: "Puts text on the desktop's clipboard.",
	effect: "write",
	idempotent: true,
	stateful: true,
	input: z.object({ text: slot("text", z.string().max(1_000_000)) }),
	output: z.object({ characters: z.number().int() }),
	voice: {
		en: {
			sentences: [
				"(copy|put) {text} (to|on|in|into|onto) [the|my] clipboard",
				"(copy|put) (this|the text|the words) (to|on|in|into|onto) [the|my] clipboard {text}",
			],
			ask: { text: "Copy what?" },
		},
	},
	say: () => "It is on the clipboard.",
	async run({ text }, { desktop }: SystemAdapters) {
		await desktop.writeClipboard(text);
		return { characters: text.length };
	},
});

import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount, sayList } from "../../../core/text/index.ts";
import type { VoiceAdapters } from "../adapters/index.ts";

const windowSchema = z.object({
	id: z.number().int(),
	title: z.string(),
	x: z.number().int(),
	y: z.number().int(),
	width: z.number().int(),
	height: z.number().int(),
	active: z.boolean().describe("It has the keyboard"),
});

/** Titles said aloud; the rest is on the page. */
const spokenTitles = 5;

/** The windows that are open. */
export const listWindows = defineTool({
	name: "list_windows",
	title: "List windows",
	description: "The open windows of the desktop: id, title, place and size in pixels, and which has the keyboard.",
	effect: "read",
	role: "user",
	input: z.object({}),
	output: z.object({ windows: z.array(windowSchema) }),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the|all|my] [open] windows",
				"(what|which|how many) windows (are open|do i have open|are there)",
			],
			examples: ["what is open on my desktop"],
		},
	},
	say: ({ windows }) => {
		if (windows.length === 0) return "No window is open.";
		const titles = windows.slice(0, spokenTitles).map(({ title }) => title);
		const rest = windows.length - titles.length;
		return `${sayCount(windows.length, "window")} ${windows.length === 1 ? "is" : "are"} open: ${sayList(rest > 0 ? [...titles, `${rest} more`] : titles)}.`;
	},
	async run(_input, { desktop }: VoiceAdapters, { signal }) {
		return { windows: await desktop.windows(signal) };
	},
});

/** Brings a window to the front. */
export const focusWindow = defineTool({
	name: "focus_window",
	title: "Focus window",
	description: "Brings a window to the front and gives it the keyboard; by title, a part of it, or id.",
	effect: "write",
	idempotent: true,
	input: z.object({
		window: slot("name", z.string().trim().min(1).max(500)).describe("Title, a part of it, or the id of list_windows"),
	}),
	output: windowSchema,
	voice: {
		en: {
			sentences: [
				"(switch|go|change) to [the] window {window}",
				"(switch|go|change) to [the] {window} window",
				"(show|bring up|activate) [me] [the] {window} window",
				"put [the] {window} window in front",
				"focus [on] [the] window {window}",
				"focus [on] [the] {window} window",
				"bring [the] {window} window to the front",
			],
			examples: ["put that window on top"],
			ask: { window: "Which window?" },
		},
	},
	say: ({ title }) => `${title} is in front.`,
	run: ({ window }, { desktop }: VoiceAdapters, { signal }) => desktop.focus(window, signal),
});

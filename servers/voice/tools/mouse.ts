import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { Desktop, Point, VoiceAdapters } from "../adapters/index.ts";

const pixels = z.number().int().min(-100_000).max(100_000);
const pointSchema = z.object({ x: z.number().int(), y: z.number().int() });

/** How far "move the mouse left" goes, in pixels. */
const step = 100;

/** Moves the mouse pointer. */
export const moveMouse = defineTool({
	name: "move_mouse",
	title: "Move mouse",
	description: "Moves the mouse pointer to a point of the screen, or by some pixels from where it is.",
	effect: "write",
	input: z.object({
		x: slot("integer", pixels).describe("Pixels from the left edge, or to the right"),
		y: slot("integer", pixels).describe("Pixels from the top edge, or downwards"),
		relative: z.boolean().default(false).describe("From where the pointer is now"),
	}),
	output: pointSchema,
	voice: {
		en: {
			sentences: ["move [the] (mouse|pointer|cursor) to {x} [and|by|comma] {y}"],
			fixed: [
				{
					text: "move [the] (mouse|pointer|cursor) [a bit|a little] [to the] left [a bit|a little]",
					values: { x: -step, y: 0, relative: true },
				},
				{
					text: "move [the] (mouse|pointer|cursor) [a bit|a little] [to the] right [a bit|a little]",
					values: { x: step, y: 0, relative: true },
				},
				{
					text: "move [the] (mouse|pointer|cursor) [a bit|a little] up [a bit|a little]",
					values: { x: 0, y: -step, relative: true },
				},
				{
					text: "move [the] (mouse|pointer|cursor) [a bit|a little] down [a bit|a little]",
					values: { x: 0, y: step, relative: true },
				},
			],
			ask: { x: "How many pixels from the left?", y: "How many pixels from the top?" },
		},
	},
	say: ({ x, y }) => `The mouse is at ${x}, ${y}.`,
	run: ({ x, y, relative }, { desktop }: VoiceAdapters, { signal }) => move(desktop, { x, y }, relative, signal),
});

/** Clicks. What a click does is up to what lies below the pointer, so it counts as the worst it can be. */
export const clickMouse = defineTool({
	name: "click_mouse",
	title: "Click mouse",
	description:
		"Clicks where the mouse pointer is, or at a point of the screen. A click may do anything the program below it does, so by words it is asked about first.",
	effect: "destructive",
	input: z.object({
		x: slot("integer", pixels).optional().describe("Pixels from the left edge"),
		y: slot("integer", pixels).optional().describe("Pixels from the top edge"),
		button: slot("choice", z.enum(["left", "right", "middle"])).default("left"),
		count: z.number().int().min(1).max(3).default(1).describe("2 is a double click"),
	}),
	output: z.object({ ...pointSchema.shape, button: z.string(), count: z.number().int() }),
	voice: {
		en: {
			sentences: ["click at {x} [and|by|comma] {y}", "(do|make) a {button} click"],
			fixed: [
				{ text: "click [the] [mouse] [here|button]", values: {} },
				{ text: "left click [here]", values: {} },
				{ text: "double click [here]", values: { count: 2 } },
				{ text: "right click [here]", values: { button: "right" } },
				{ text: "middle click [here]", values: { button: "middle" } },
			],
		},
	},
	summary: ({ x, y, button, count }) =>
		`${["", "Click", "Double-click", "Triple-click"][count]} with the ${button} button ${x === undefined ? "where the mouse is" : `at ${x}, ${y}`}`,
	say: () => "Clicked.",
	async run({ x, y, button, count }, { desktop }: VoiceAdapters, { signal }) {
		if ((x === undefined) !== (y === undefined)) {
			throw new AiosError("bad_request", "One of x and y is missing.", { fix: "Give both, or neither." });
		}
		if (x !== undefined && y !== undefined) await move(desktop, { x, y }, false, signal);
		return { ...(await desktop.click({ button, count }, signal)), button, count };
	},
});

/** Moves the pointer. Throws `bad_request` where the point is not on the screen. */
async function move(desktop: Desktop, by: Point, relative: boolean, signal: AbortSignal): Promise<Point> {
	const screen = await desktop.screen(signal);
	const to = relative ? { x: screen.x + by.x, y: screen.y + by.y } : by;
	if (to.x < 0 || to.y < 0 || to.x >= screen.width || to.y >= screen.height) {
		throw new AiosError("bad_request", `${to.x}, ${to.y} is not on the screen.`, {
			fix: `The screen has ${screen.width} by ${screen.height} pixels.`,
		});
	}
	return desktop.move(to, signal);
}

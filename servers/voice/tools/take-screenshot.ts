import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayPath } from "../../../core/text/index.ts";
import type { Area, VoiceAdapters } from "../adapters/index.ts";

/** Largest picture an answer carries, in bytes of PNG: as base64 it stays below what a result may have. */
const answerBytes = 650_000;
/** Largest picture written to a file. */
const fileBytes = 200_000_000;

const pixels = z.number().int().min(-100_000).max(100_000);
const length = z.number().int().min(1).max(100_000);

/** A picture of the screen. */
export const takeScreenshot = defineTool({
	name: "take_screenshot",
	title: "Take screenshot",
	description:
		"A picture of the screen, of one window or of a region, as PNG. Large pictures are made smaller: a point of the picture times `scale` plus `x`, `y` is the point of the screen. With `path` the full picture is written to a file.",
	effect: "read",
	role: "user",
	input: z.object({
		window: slot("name", z.string().trim().min(1).max(500)).optional().describe("Title or id of a window"),
		region: z.object({ x: pixels, y: pixels, width: length, height: length }).optional(),
		max_width: z.number().int().min(100).max(4096).default(1600).describe("Pixels"),
		path: slot("path", z.string().min(1).max(4096)).optional().describe("Write the PNG here, in full size"),
	}),
	output: z.object({
		width: z.number().int(),
		height: z.number().int(),
		x: z.number().int().describe("Left edge on the screen"),
		y: z.number().int().describe("Top edge on the screen"),
		scale: z.number().describe("Pixels of the screen per pixel of the picture"),
		window: z.string().optional().describe("Title of the window shown"),
		path: z.string().optional(),
		png: z.string().optional().describe("The picture in base64, where no path was given"),
	}),
	voice: {
		en: {
			sentences: [
				"(take|make|grab) [me] a screenshot of [the] window {window}",
				"(take|make|grab) [me] a screenshot of [the] {window} window",
				"save a screenshot (to|in|as) {path}",
			],
			fixed: [
				{ text: "(take|make|grab|do) [me] [a] (screenshot|screen shot|screen capture)", values: {} },
				{ text: "(screenshot|capture) [the|my] screen", values: {} },
				{ text: "what is on (the|my) screen", values: {} },
				{ text: "(take|make) a (picture|screenshot|screen shot) of [the|my] (screen|desktop)", values: {} },
				{ text: "show me [the|my] (screen|desktop)", values: {} },
			],
			examples: ["capture what is on my screen", "what does my screen look like"],
		},
	},
	say: ({ window, path }) => {
		if (path !== undefined) return `I saved the screenshot as ${sayPath(path)}.`;
		return window === undefined ? "The screenshot is on the page." : `The screenshot of ${window} is on the page.`;
	},
	attachments: ({ png }) => (png === undefined ? [] : [{ mimeType: "image/png", data: png, name: "screenshot.png" }]),
	async run({ window: wanted, region, max_width, path }, { desktop, folders }: VoiceAdapters, { signal }) {
		if (wanted !== undefined && region !== undefined) {
			throw new AiosError("bad_request", "Both a window and a region were given.", { fix: "Give one of the two." });
		}
		const target = path === undefined ? undefined : await folders.resolveForWriting(path);
		const window = wanted === undefined ? undefined : await desktop.window(wanted, signal);
		const area: Area | undefined = window ?? region;
		const size =
			target === undefined
				? { maxWidth: max_width, maxBytes: answerBytes }
				: { maxWidth: 100_000, maxBytes: fileBytes };
		const grabbed = await desktop.grab({ ...(area && { region: areaOf(area) }), ...size }, signal);
		if (target !== undefined) await writeFile(target, grabbed.png);
		return {
			width: grabbed.width,
			height: grabbed.height,
			x: grabbed.region.x,
			y: grabbed.region.y,
			scale: grabbed.scale,
			...(window && { window: window.title }),
			...(target === undefined ? { png: Buffer.from(grabbed.png).toString("base64") } : { path: target }),
		};
	},
});

function areaOf({ x, y, width, height }: Area): Area {
	return { x, y, width, height };
}

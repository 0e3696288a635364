import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";

/** How much "louder" and "quieter" change, percentage points. */
const step = 10;

/** Sets, changes or mutes the loudness, and tells what it is afterwards, read back from the machine. */
export const setVolume = defineTool({
	name: "set_volume",
	title: "Set volume",
	description: "Sets the sound volume to a level (0 to 100), changes it by points, or mutes and unmutes it.",
	effect: "write",
	harmless: true,
	input: z
		.object({
			level: slot("percent", z.number().min(0).max(100)).optional().describe("Percent, 0 to 100"),
			change: slot("number", z.number().min(-100).max(100)).optional().describe("Points to add; negative is quieter"),
			mute: z.boolean().optional(),
		})
		.describe("At least one of level, change and mute"),
	output: z.object({ level: z.number(), muted: z.boolean() }),
	voice: {
		en: {
			sentences: [
				"(set|turn|put|change) [the] volume to {level} [percent]",
				"volume [to|at] {level} [percent]",
				"(set|turn|put) [the] sound to {level} [percent]",
				"(turn down|lower|decrease|reduce) [the] (volume|sound) to {level} [percent]",
				"(turn up|raise|increase) [the] (volume|sound) to {level} [percent]",
				"turn (the volume|the sound|it) (up|down) to {level} [percent]",
				"(turn up|raise|increase) [the] (volume|sound) by {change} [percent|points]",
				"turn [the] (volume|sound) up by {change} [percent|points]",
			],
			fixed: [
				{ text: "(turn up|raise|increase) [the] (volume|sound)", values: { change: step } },
				{ text: "[it is|that is] (too|very) (quiet|soft)", values: { change: step } },
				{ text: "i can not hear (you|it|anything)", values: { change: step } },
				{ text: "turn (the volume|the sound|it) up [a bit|a little|some more]", values: { change: step } },
				{ text: "[make it|speak|talk] [a bit|a little] louder [to me]", values: { change: step } },
				{ text: "speak up [a bit|a little]", values: { change: step } },
				{ text: "(turn down|lower|decrease|reduce) [the] (volume|sound)", values: { change: -step } },
				{ text: "(it is|that is) (too|very) loud", values: { change: -step } },
				{ text: "turn (the volume|the sound|it) down [a bit|a little|some more]", values: { change: -step } },
				{
					text: "[make it|speak|talk] [a bit|a little] (quieter|softer|more quietly) [to me]",
					values: { change: -step },
				},
				{ text: "[turn the] volume (all the way|fully) up", values: { level: 100 } },
				{ text: "(maximum|full) volume", values: { level: 100 } },
				{ text: "mute [the] [sound|volume|speakers|computer]", values: { mute: true } },
				{ text: "turn (off the sound|the sound off)", values: { mute: true } },
				{ text: "unmute [the] [sound|volume|speakers|computer]", values: { mute: false } },
				{ text: "turn (on the sound|the sound on)", values: { mute: false } },
			],
			examples: ["i can't hear anything make it louder", "that is too loud", "silence the speakers"],
			followUps: [
				{ text: "([a] (bit|little) more|more|again|even more|still more|some more|further)" },
				{ text: "[a] (bit|little) less", values: { change: -step } },
				{ text: "(make (that|it)|no|rather|set it to|to) {level} [percent] [instead]" },
			],
			ask: { level: "To what level, from 0 to 100?" },
		},
	},
	summary: ({ level, change, mute }) =>
		mute === undefined
			? level === undefined
				? `Change the volume by ${change}`
				: `Set the volume to ${level}`
			: mute
				? "Mute the sound"
				: "Unmute the sound",
	say: ({ level, muted }) => (muted ? "Muted." : `Volume ${level} percent.`),
	async run({ level, change, mute }, { volume }: SystemAdapters) {
		if (level === undefined && change === undefined && mute === undefined) {
			throw new AiosError("bad_request", "Nothing to set: level, change and mute are all missing.", {
				fix: "Give a level from 0 to 100, a change, or mute.",
				spoken: "To what level should I set the volume?",
			});
		}
		const target = level ?? (change === undefined ? undefined : clamp((await volume.get()).level + change));
		if (target !== undefined) await volume.setLevel(target);
		// Asking for a loudness means wanting to hear it, so a muted output is opened.
		const muted = mute ?? (target === undefined || target === 0 ? undefined : false);
		if (muted !== undefined) await volume.setMuted(muted);
		return await volume.get();
	},
});

function clamp(percent: number): number {
	return Math.min(100, Math.max(0, percent));
}

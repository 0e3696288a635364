import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { VoiceAdapters } from "../adapters/index.ts";

/** The voices this machine can speak with. */
export const listVoices = defineTool({
	name: "list_voices",
	title: "List voices",
	description: "The voices the assistant can speak with, by engine and language.",
	effect: "read",
	input: z.object({
		language: z.string().min(2).max(20).optional().describe("Only voices of this language, as in en or en-US"),
	}),
	output: z.object({
		voices: z.array(z.object({ id: z.string(), engine: z.string(), language: z.string(), title: z.string() })),
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the|your|all] voices",
				"(what|which|how many) voices (do you have|are there|can you use|can you speak with)",
			],
			examples: ["can you sound different", "which voices are installed"],
		},
	},
	say: ({ voices }) =>
		voices.length === 0 ? "I have no voice for that language." : `I have ${sayCount(voices.length, "voice")}.`,
	async run({ language }, { speech }: VoiceAdapters) {
		const voices = await speech.voices();
		const wanted = language?.toLowerCase();
		return {
			voices: voices.filter((voice) => wanted === undefined || voice.language.toLowerCase().startsWith(wanted)),
		};
	},
});

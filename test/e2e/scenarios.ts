import type { Heard } from "./harness/sound.ts";

/** One conversation: what the microphone hears, and what must come of it. */
export interface Scenario {
	/** What a person would notice. */
	name: string;
	/** Hands-free listens for the wake phrase; else the microphone button is clicked once. */
	handsFree?: true;
	hears: readonly Heard[];
	/** What each turn must come to, in order; no further turn may follow. */
	turns: readonly Expected[];
	/** Milliseconds from opening the microphone to the last answer. */
	withinMs: number;
}

export interface Expected {
	words: RegExp;
	/** The tool that ran; null where nothing may run. */
	tool: string | null;
	arguments?: Record<string, unknown>;
	answer: RegExp;
	/** What the loudspeaker is heard to say, in lower case. */
	heard?: readonly RegExp[];
}

const settle: Heard = { silenceMs: 1_000 };

export const scenarios: readonly Scenario[] = [
	{
		name: "a spoken question is answered aloud",
		hears: [settle, { say: "What time is it?" }],
		turns: [
			{
				words: /what time is it/i,
				tool: "get_time",
				answer: /it's/i,
				heard: [/\d|o'clock|quarter|half|past|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve/],
			},
		],
		withinMs: 12_000,
	},
	{
		name: "a timer is set, and the answer says for how long",
		hears: [settle, { say: "Set a timer for ten minutes." }],
		turns: [{ words: /timer/i, tool: "set_timer", answer: /ten|10/i, heard: [/ten|10/, /minute/] }],
		withinMs: 12_000,
	},
	{
		name: "a pause of 1.2 seconds to think does not cut the sentence",
		hears: [settle, { say: "Add milk and" }, { silenceMs: 1_200 }, { say: "bread to my shopping list." }],
		turns: [{ words: /milk.*bread/i, tool: "add_to_list", answer: /milk|bread/i }],
		withinMs: 14_000,
	},
	{
		name: "hands-free, only what follows the wake phrase is a command",
		handsFree: true,
		hears: [
			settle,
			{ say: "What is the capital of France?" },
			{ silenceMs: 3_000 },
			{ say: "Hey computer, what time is it?" },
		],
		turns: [{ words: /what time is it/i, tool: "get_time", answer: /it's/i }],
		withinMs: 20_000,
	},
	{
		name: "talk that no tool serves runs nothing",
		hears: [settle, { say: "The weather was lovely in the mountains last summer." }],
		turns: [{ words: /mountain|summer/i, tool: null, answer: /./ }],
		withinMs: 14_000,
	},
];

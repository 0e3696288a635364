import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import { ownMicrophone, type VoiceAdapters } from "../adapters/index.ts";

const source = slot("name", z.string().trim().min(1).max(60));

/** Begins to listen without a page. */
export const startVoiceRecognition = defineTool({
	name: "start_voice_recognition",
	title: "Start listening",
	description:
		"Listens to this machine's own microphone, or to a satellite named in the settings, until stop_voice_recognition. What is said there is carried out for the caller, and answers are spoken there. In hands-free mode commands begin with the wake phrase; in push-to-talk everything said is a command.",
	effect: "write",
	idempotent: true,
	input: z.object({
		source: source.default(ownMicrophone).describe(`"${ownMicrophone}" is this machine's; others are satellites`),
		mode: z.enum(["hands-free", "push-to-talk"]).default("hands-free"),
	}),
	output: z.object({
		source: z.string(),
		mode: z.string(),
		already: z.boolean().describe("It was listening before, and goes on as it did"),
	}),
	voice: {
		en: {
			sentences: ["(start listening|listen) (to|on|in|from) [the] {source}"],
			fixed: [
				{ text: "start (listening|voice recognition)", values: {} },
				{ text: "(turn|switch) on [the|your] microphone", values: {} },
				{ text: "(turn|switch) [the|your] microphone on", values: {} },
				{ text: "listen to everything i say", values: { mode: "push-to-talk" } },
			],
		},
	},
	summary: ({ source }) => `Listen to ${place(source)} until you stop it`,
	say: ({ source, already }) =>
		already ? `I am listening to ${place(source)} already.` : `I am listening to ${place(source)}.`,
	async run({ source, mode }, { recognition }: VoiceAdapters, { user, session, signal }) {
		return { source, mode, ...(await recognition.start({ source, mode, user, session }, signal)) };
	},
});

/** Stops listening. Anyone who may use it can: a microphone is everybody's in the room. */
export const stopVoiceRecognition = defineTool({
	name: "stop_voice_recognition",
	title: "Stop listening",
	description: "Stops what start_voice_recognition started: at one source, or everywhere.",
	effect: "write",
	harmless: true,
	idempotent: true,
	input: z.object({ source: source.optional() }),
	output: z.object({ stopped: z.array(z.string()) }),
	voice: {
		en: {
			sentences: ["stop listening (to|on|in|from) [the] {source}"],
			fixed: [
				{ text: "stop (listening|voice recognition)", values: {} },
				{ text: "(turn|switch) off [the|your] microphone", values: {} },
				{ text: "(turn|switch) [the|your] microphone off", values: {} },
			],
		},
	},
	say: ({ stopped }) =>
		stopped.length === 0 ? "I was not listening there." : `I stopped listening to ${sayList(stopped.map(place))}.`,
	run: ({ source }, { recognition }: VoiceAdapters) => ({ stopped: recognition.stop(source) }),
});

function place(source: string): string {
	return source === ownMicrophone ? "the microphone" : `the ${source}`;
}

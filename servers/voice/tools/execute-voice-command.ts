import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AiosError, defineTool, type Reply, replySchema, slot } from "../../../core/contract/index.ts";
import type { VoiceAdapters } from "../adapters/index.ts";
import { readWav, wavBody, wavField } from "./recording.ts";

/** Largest recording of a command: half an hour of 16 kHz mono, five minutes of 48 kHz stereo. */
const maxBytes = 60_000_000;
/** Largest reply as JSON, in bytes; pictures and then the result are left out of one that is larger. */
const replyBytes = 900_000;

/** Carries out a command given as words or as a recording, as if the caller had said it. */
export const executeVoiceCommand = defineTool({
	name: "execute_voice_command",
	title: "Carry out a command",
	description:
		"Carries out a command in plain words, or one spoken in a WAV recording (base64, or the request body as audio/wav), for the caller and with their rights. What a spoken command would be asked about first gives a reply with status `confirm` and has not run.",
	effect: "write",
	input: z.object({
		text: slot("text", z.string().trim().min(1).max(4_000)).optional(),
		audio: wavField(maxBytes).optional().describe("Or a WAV file in base64"),
		session: z.string().min(1).max(200).optional().describe("The conversation; that of the call by default"),
	}),
	output: replySchema,
	voice: {
		en: {
			sentences: ["(carry out|execute|run) [the] (voice|spoken) command {text}"],
			ask: { text: "Which command?" },
		},
	},
	timeoutMs: 58_000,
	body: wavBody(maxBytes),
	say: ({ reply }) => reply,
	async run({ text, audio, session }, { speech, command }: VoiceAdapters, context) {
		if ((text === undefined) === (audio === undefined)) {
			throw new AiosError("bad_request", "Give one of text and audio.", {
				fix: "Send JSON with text, or a WAV file with content-type audio/wav.",
			});
		}
		const words = text ?? (await hear(audio ?? "", speech, context.signal));
		if (words === "") return nothingHeard();
		const reply = await command(words, session ?? context.session, context.user, context.signal);
		return bounded({ ...reply, transcript: words });
	},
});

/** The words of a recording, its silences cut away: recognisers make words of long silence, or none at all. */
async function hear(audio: string, speech: VoiceAdapters["speech"], signal: AbortSignal): Promise<string> {
	const { segments } = await speech.transcribeAll(readWav(audio).pcm, signal);
	return segments
		.map(({ text }) => text.trim())
		.join(" ")
		.trim();
}

function nothingHeard(): Reply {
	return {
		turn: randomUUID(),
		status: "unknown",
		reply: "I heard no words in that recording.",
		transcript: "",
		timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 },
	};
}

/** A reply that fits into a result. */
function bounded(reply: Reply): Reply {
	if (JSON.stringify(reply).length <= replyBytes) return reply;
	const { attachments: _, ...plain } = reply;
	if (JSON.stringify(plain).length <= replyBytes) return plain;
	const { result: __, ...least } = plain;
	return least;
}

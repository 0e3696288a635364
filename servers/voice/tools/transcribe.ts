import { z } from "zod";
import { openRecording, recordingOf } from "../../../core/audio/index.ts";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import {
	callMs,
	endingAfter,
	follow,
	look,
	lookField,
	lookingAfter,
	stop,
	waitField,
	wasCancelled,
	workIdField,
} from "../../../core/work/index.ts";
import type { VoiceAdapters } from "../adapters/index.ts";
import { wavBody, wavBytes, wavField } from "./recording.ts";
import { answerSegments, formatField, report, sayTranscription, transcriptionSchema } from "./transcription.ts";

/** Largest recording taken in a request: the HTTP server takes no more. */
const maxBodyBytes = 100_000_000;

/** Writes down a recording, with times. */
export const transcribe = defineTool({
	name: "transcribe",
	title: "Transcribe",
	description:
		"Writes down the speech in a recording, with the time of each segment; also as SRT or WebVTT subtitles. Reads WAV, and any usual format where ffmpeg is installed. What takes long goes on behind the answer: read_transcription waits for it and reads on.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		path: slot("path", z.string().min(1).max(4096)).optional().describe("A recording, or a film"),
		audio: wavField(maxBodyBytes).optional().describe("Or a WAV file itself, in base64"),
		format: formatField,
		wait_ms: waitField,
	}),
	output: transcriptionSchema,
	voice: {
		en: {
			sentences: [
				"transcribe [the|my] [file|recording|audio|interview] {path}",
				"write down [the] (file|recording) {path}",
				"write down [what is said in] {path!}",
				"what (is said|do they say|does it say) in [the] [file|recording] {path!}",
				"turn [the] [file|recording] {path} into text",
				"(make|create) (a transcript|subtitles) (of|for|from) [the] [file|recording] {path}",
			],
			examples: ["make subtitles for this recording"],
			ask: { path: "Which recording?" },
		},
	},
	timeoutMs: callMs,
	body: wavBody(maxBodyBytes),
	say: sayTranscription,
	async resolve({ path, ...rest }, { folders }: VoiceAdapters) {
		return { ...rest, ...(path === undefined ? {} : { path: await folders.meant(path) }) };
	},
	async run({ path, audio, format, wait_ms }, { transcriptions, folders, env }: VoiceAdapters, context) {
		const file = audio === undefined ? await wanted(path, folders.resolve) : undefined;
		const work = transcriptions.start(context.user.id, path ?? "a recording", () =>
			file === undefined ? recordingOf(wavBytes(audio ?? "")) : openRecording(file, env),
		);
		await follow(work, { wait_ms, over: () => sayTranscription(report(work, { format })) }, context);
		return report(work, { format });
	},
});

async function wanted(path: string | undefined, resolve: (path: string) => Promise<string>): Promise<string> {
	if (path !== undefined) return resolve(path);
	throw new AiosError("bad_request", "Neither path nor audio was given.", { fix: "Give one of the two." });
}

const idField = workIdField("t", "transcribe");

/** Waits for a long transcription, and reads on in it. */
export const readTranscription = defineTool({
	name: "read_transcription",
	title: "Read transcription",
	description: "What was written down of a recording from a segment on, also while the rest is still being heard.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		id: idField,
		from: z.number().int().min(0).default(0).describe("Segment to begin with"),
		limit: z.number().int().min(1).max(2_000).default(answerSegments),
		format: formatField,
		wait_ms: lookField,
	}),
	output: transcriptionSchema,
	voice: {
		en: {
			sentences: [
				"(is|has) the (transcription|transcript) (done|finished|ready)",
				"how far is the (transcription|transcript)",
				"read [me] the (transcription|transcript)",
			],
			followUps: lookingAfter("transcribe"),
		},
	},
	timeoutMs: callMs,
	say: sayTranscription,
	async run({ id, wait_ms, ...part }, { transcriptions }: VoiceAdapters, context) {
		return report(await look(transcriptions, { id, wait_ms }, context), part);
	},
});

/** Stops a long transcription. */
export const cancelTranscription = defineTool({
	name: "cancel_transcription",
	title: "Cancel transcription",
	description: "Stops writing down a recording; what was heard so far can still be read.",
	effect: "write",
	harmless: true,
	idempotent: true,
	input: z.object({ id: idField }),
	output: transcriptionSchema,
	voice: {
		en: {
			sentences: ["(cancel|stop|abort) the (transcription|transcript)", "stop transcribing"],
			followUps: endingAfter("transcribe"),
		},
	},
	say: (transcription) => (wasCancelled(transcription) ? "I stopped writing it down." : "It was over already."),
	async run({ id }, { transcriptions }: VoiceAdapters, context) {
		return report(await stop(transcriptions, { id }, context), { format: "text" });
	},
});

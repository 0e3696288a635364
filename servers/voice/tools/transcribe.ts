import { z } from "zod";
import { openRecording, recordingOf } from "../../../core/audio/index.ts";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { waitFor, waitMs } from "../../../core/work/index.ts";
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
		"Writes down the speech in a recording, with the time of each segment; also as SRT or WebVTT subtitles. Reads WAV, and any usual format where ffmpeg is installed. What takes longer than 45 s goes on: read_transcription waits for it and reads on.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		path: slot("path", z.string().min(1).max(4096)).optional().describe("A recording, or a film"),
		audio: wavField(maxBodyBytes).optional().describe("Or a WAV file itself, in base64"),
		format: formatField,
	}),
	output: transcriptionSchema,
	voice: {
		en: {
			sentences: ["transcribe [the] [file|recording] {path}", "write down [the] [file|recording] {path}"],
			examples: ["make subtitles for this recording"],
			ask: { path: "Which recording?" },
		},
	},
	timeoutMs: 58_000,
	body: wavBody(maxBodyBytes),
	say: sayTranscription,
	async resolve({ path, ...rest }, { folders }: VoiceAdapters) {
		return { ...rest, ...(path === undefined ? {} : { path: await folders.meant(path) }) };
	},
	async run({ path, audio, format }, { transcriptions, folders, env }: VoiceAdapters, { user, signal, progress }) {
		const recording =
			audio === undefined
				? await openRecording(await wanted(path, folders.resolve), env)
				: await recordingOf(wavBytes(audio));
		const work = transcriptions.start(user.id, path ?? "a recording", recording);
		work.onProgress = progress;
		await waitFor(work, waitMs, signal);
		work.onProgress = undefined;
		if (signal.aborted) work.cancel();
		if (work.error !== undefined) throw work.error;
		return report(work, { format });
	},
});

async function wanted(path: string | undefined, resolve: (path: string) => Promise<string>): Promise<string> {
	if (path !== undefined) return resolve(path);
	throw new AiosError("bad_request", "Neither path nor audio was given.", { fix: "Give one of the two." });
}

const idField = z
	.string()
	.regex(/^t\d{1,9}$/, 'expected an id from transcribe, as in "t1"')
	.optional()
	.describe("The last one where it is left out");

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
		wait_ms: z.number().int().min(0).max(waitMs).default(0).describe("How long to wait for its end"),
	}),
	output: transcriptionSchema,
	voice: {
		en: {
			sentences: [
				"(is|has) the (transcription|transcript) (done|finished|ready)",
				"how far is the (transcription|transcript)",
				"read [me] the (transcription|transcript)",
			],
		},
	},
	timeoutMs: 55_000,
	say: sayTranscription,
	async run({ id, wait_ms, ...part }, { transcriptions }: VoiceAdapters, { user, signal }) {
		const work = transcriptions.get(user.id, id);
		await waitFor(work, wait_ms, signal);
		return report(work, part);
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
		en: { sentences: ["(cancel|stop|abort) the (transcription|transcript)", "stop transcribing"] },
	},
	say: ({ status }) => (status === "done" ? "It was finished already." : "I stopped writing it down."),
	async run({ id }, { transcriptions }: VoiceAdapters, { user, signal }) {
		const work = transcriptions.get(user.id, id);
		work.cancel();
		await waitFor(work, 5_000, signal);
		return report(work, { format: "text" });
	},
});

import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { decodeWav, type Sound } from "../../../core/audio/index.ts";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { VoiceAdapters } from "../adapters/index.ts";
import { readWav, wavBody, wavField } from "./recording.ts";
import { type Segment, toSrt, toVtt } from "./subtitles.ts";

/** Largest recording taken: an hour of 16 kHz 16-bit mono is 115 MB. */
const maxBytes = 200_000_000;
/** Largest recording taken in a request: the HTTP server takes no more. */
const maxBodyBytes = 100_000_000;

/** Writes down a recording, with times. */
export const transcribe = defineTool({
	name: "transcribe",
	title: "Transcribe",
	description:
		"Writes down the speech in a WAV recording, with the time of each segment; also as SRT or WebVTT subtitles.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		path: slot("path", z.string().min(1).max(4096)).optional().describe("A WAV file"),
		audio: wavField(maxBodyBytes).optional().describe("Or the WAV file itself, in base64"),
		format: z.enum(["text", "srt", "vtt"]).default("text"),
	}),
	output: z.object({
		text: z.string().describe("In the format asked for"),
		segments: z.array(z.object({ start: z.number(), end: z.number(), text: z.string() })).describe("Times in seconds"),
		model: z.string(),
		seconds: z.number(),
	}),
	voice: {
		en: {
			sentences: ["transcribe [the] [file|recording] {path}", "write down [the] [file|recording] {path}"],
			examples: ["make subtitles for this recording"],
			ask: { path: "Which recording?" },
		},
	},
	timeoutMs: 600_000,
	body: wavBody(maxBodyBytes),
	say: ({ text, segments }) => (segments.length === 0 ? "There is no speech in that recording." : firstWords(text)),
	async run({ path, audio, format }, { speech, folders }: VoiceAdapters, { signal }) {
		const { pcm, sampleRate } = await load({ path, audio }, folders.resolve);
		const { segments, model } = await speech.transcribeAll(pcm, signal);
		return { text: render(segments, format), segments, model, seconds: pcm.length / sampleRate };
	},
});

async function load(
	input: { path?: string | undefined; audio?: string | undefined },
	resolve: (path: string) => Promise<string>,
): Promise<Sound> {
	if (input.audio !== undefined) return readWav(input.audio);
	if (input.path === undefined) {
		throw new AiosError("bad_request", "Neither path nor audio was given.", { fix: "Give one of the two." });
	}
	const path = await resolve(input.path);
	const found = await stat(path).catch(() => undefined);
	if (found === undefined || !found.isFile()) throw new AiosError("not_found", `There is no file ${input.path}.`);
	if (found.size > maxBytes) {
		throw new AiosError("too_large", `${input.path} is larger than ${maxBytes / 1_000_000} MB.`, {
			fix: "Cut it into parts.",
		});
	}
	return decodeWav(await readFile(path));
}

function render(segments: readonly Segment[], format: "text" | "srt" | "vtt"): string {
	if (format === "srt") return toSrt(segments);
	if (format === "vtt") return toVtt(segments);
	return segments.map(({ text }) => text).join(" ");
}

function firstWords(text: string): string {
	const words = text.split(/\s+/);
	return words.length <= 40 ? text : `${words.slice(0, 40).join(" ")}… The rest is on the page.`;
}

import { z } from "zod";
import { sayRunning, stateOf, workFields } from "../../../core/work/index.ts";
import type { Transcription } from "../adapters/index.ts";
import { type Segment, toSrt, toVtt } from "./subtitles.ts";

/** Segments an answer carries; the rest is read with read_transcription. */
export const answerSegments = 500;

export const formatField = z.enum(["text", "srt", "vtt"]).default("text");

export const transcriptionSchema = z.object({
	...workFields,
	text: z.string().describe("In the format asked for"),
	segments: z.array(z.object({ start: z.number(), end: z.number(), text: z.string() })).describe("Times in seconds"),
	total_segments: z.number().int().describe("Segments heard so far in all"),
	next: z.number().int().optional().describe("Segment to read on from, where there are more"),
	model: z.string(),
	seconds: z.number().describe("Seconds of the recording heard so far"),
	total_seconds: z.number().optional().describe("Its length, where it is known"),
});

export type TranscriptionReport = z.output<typeof transcriptionSchema>;

/** What is heard so far, from one segment on, cut to what an answer carries. */
export function report(
	work: Transcription,
	{ format, from = 0, limit = answerSegments }: { format: "text" | "srt" | "vtt"; from?: number; limit?: number },
): TranscriptionReport {
	const { heard, progress } = work;
	const segments = heard.segments.slice(from, from + limit);
	const next = from + segments.length;
	return {
		...stateOf(work),
		text: render(segments, format, from),
		segments,
		total_segments: heard.segments.length,
		...(next < heard.segments.length ? { next } : {}),
		model: heard.model,
		seconds: heard.seconds,
		...(progress.total === undefined ? {} : { total_seconds: progress.total }),
	};
}

function render(segments: readonly Segment[], format: "text" | "srt" | "vtt", from: number): string {
	if (format === "srt") return toSrt(segments, from);
	if (format === "vtt") return toVtt(segments);
	return segments.map(({ text }) => text).join(" ");
}

/** The words, or how far it is. */
export function sayTranscription({
	status,
	segments,
	seconds,
	total_seconds,
	error,
	told,
}: TranscriptionReport): string {
	if (status === "failed") return error ?? "It could not be written down.";
	if (status === "running") {
		if (total_seconds === undefined || total_seconds === 0) return sayRunning("I am still writing it down", { told });
		return sayRunning(`I am still writing it down: ${Math.floor((seconds / total_seconds) * 100)} percent is done`, {
			told,
		});
	}
	if (segments.length === 0) return "There is no speech in that recording.";
	const words = segments.flatMap(({ text }) => text.split(/\s+/));
	return words.length <= 40 ? words.join(" ") : `${words.slice(0, 40).join(" ")}… The rest is on the page.`;
}

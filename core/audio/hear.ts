import { AiosError, type SpeechEngines, sampleRate } from "../contract/index.ts";
import type { Recording } from "./recording.ts";
import { stretchesOf } from "./stretches.ts";

export interface Heard {
	/** Start and end of each stretch of speech in seconds. */
	segments: { start: number; end: number; text: string }[];
	model: string;
	/** Length of what was heard. */
	seconds: number;
}

/** Longest recording taken, in seconds: nobody speaks longer, and a file without an end must have one. */
const longest = 24 * 3600;

/**
 * Writes down a recording of any length, a minute of it in memory at a time. `onHeard` is told after each minute what
 * was heard so far. Throws AiosError: `too_large` above a day, `cancelled` when the signal aborts.
 */
export async function hearRecording(
	recording: Recording,
	transcribeAll: SpeechEngines["transcribeAll"],
	{ signal, onHeard }: { signal?: AbortSignal; onHeard?(heard: Heard): void } = {},
): Promise<Heard> {
	const heard: Heard = { segments: [], model: "", seconds: 0 };
	for await (const { from, pcm } of stretchesOf(recording.pieces(signal))) {
		const { segments, model } = await transcribeAll(pcm, signal);
		for (const { start, end, text } of segments) heard.segments.push({ start: from + start, end: from + end, text });
		heard.model = model;
		heard.seconds = from + pcm.length / sampleRate;
		if (heard.seconds > longest) throw new AiosError("too_large", "A recording can be a day long at most.");
		onHeard?.(heard);
	}
	return heard;
}

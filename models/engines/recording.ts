import { AiosError, type SpeechEngines, sampleRate } from "../../core/contract/index.ts";
import type { Vad } from "../vad/index.ts";
import type { DecodeQueue } from "./decode-queue.ts";
import { hearSpans, speechIn } from "./hear.ts";
import type { RecogniserSlot } from "./recognisers.ts";

export interface RecordingDeps {
	vad: Vad;
	queue: DecodeQueue;
	recognisers: RecogniserSlot;
}

/** Half a second of silence ends a segment. */
const gap = 0.5 * sampleRate;
/** Sound given to the voice detector at once: it computes on this thread, and live microphones wait meanwhile. */
const stretch = sampleRate;
const longest = 4 * 3600 * sampleRate;

/**
 * Decodes a recording of 16 kHz sound, segment by segment as silence divides it, behind whatever is said live.
 * Throws AiosError `too_large` above four hours, `cancelled` when the signal aborts.
 */
export async function transcribeRecording(
	{ vad, queue, recognisers }: RecordingDeps,
	pcm: Int16Array,
	signal?: AbortSignal,
): ReturnType<SpeechEngines["transcribeAll"]> {
	if (pcm.length > longest) throw new AiosError("too_large", "A recording can be four hours long at most.");
	const windows: number[] = [];
	const detector = vad.open((speech) => windows.push(speech));
	try {
		for (let at = 0; at < pcm.length; at += stretch) {
			if (signal?.aborted) throw AiosError.from(signal.reason);
			detector.push(pcm.subarray(at, at + stretch));
			await detector.settled();
		}
	} finally {
		detector.close();
	}
	const owner = {};
	const recogniser = recognisers.current();
	const heard = { pcm, windows };
	const segments: { start: number; end: number; text: string }[] = [];
	for (const span of speechIn(heard, recogniser, gap)) {
		const text = await queue.run({ owner, kind: "recording", signal }, () => hearSpans(heard, [span], recogniser));
		if (text) segments.push({ start: span.from / sampleRate, end: span.to / sampleRate, text });
	}
	return { segments, model: recogniser.name };
}

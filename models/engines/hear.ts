import { sampleRate, type Transcript, windowSamples } from "../../core/contract/index.ts";
import { toFloat } from "../audio/index.ts";
import { plausible, type Recogniser } from "../stt/index.ts";
import { joinSpans, type Span, speechSpans } from "../vad/index.ts";

/** Sound and what the voice detector says of it, window by window from the first sample on. */
export interface Heard {
	pcm: Int16Array;
	windows: ArrayLike<number>;
}

/** Silence kept on each side of speech: 0.2 s. Without cutting the rest away Moonshine often hears nothing. */
const margin = 0.2 * sampleRate;
/** A pause up to this long is part of a sentence and stays. */
const pause = 1.2 * sampleRate;

/** The stretches of speech a recogniser is given, none longer than it takes. */
export function speechIn({ windows }: Heard, recogniser: Recogniser, gap: number): Span[] {
	return speechSpans(windows, { margin, gap, longest: (recogniser.longest - 1) * sampleRate });
}

/**
 * What was said: silence is cut away, pieces too long for the recogniser are decoded one by one, and words the sound
 * cannot hold are dropped. Where the voice detector heard no speech nothing is decoded and the text is empty.
 */
export async function hear(heard: Heard, recogniser: Recogniser): Promise<Transcript> {
	const began = performance.now();
	const texts: string[] = [];
	for (const piece of pieces(speechIn(heard, recogniser, pause), recogniser.longest * sampleRate)) {
		texts.push(await hearSpans(heard, piece, recogniser));
	}
	const text = texts.filter((part) => part !== "").join(" ");
	return { text, decodeMs: performance.now() - began, model: recogniser.name };
}

/** Decodes spans of speech as one piece. */
export async function hearSpans(heard: Heard, spans: readonly Span[], recogniser: Recogniser): Promise<string> {
	const text = await recogniser.decode(toFloat(joinSpans(heard.pcm, spans)));
	return plausible(text, evidence(heard.windows, spans));
}

/** Spans grouped so that no group is longer than the recogniser takes. */
function pieces(spans: readonly Span[], longest: number): Span[][] {
	const groups: Span[][] = [];
	let length = 0;
	for (const span of spans) {
		const size = span.to - span.from;
		const group = groups.at(-1);
		if (group === undefined || length + size > longest) {
			groups.push([span]);
			length = size;
		} else {
			group.push(span);
			length += size;
		}
	}
	return groups;
}

function evidence(windows: ArrayLike<number>, spans: readonly Span[]) {
	const inside: number[] = [];
	for (const { from, to } of spans) {
		for (let i = Math.floor(from / windowSamples); i * windowSamples < to && i < windows.length; i++) {
			if ((windows[i] ?? 0) >= 0.5) inside.push(windows[i] ?? 0);
		}
	}
	const sum = inside.reduce((total, probability) => total + probability, 0);
	return {
		voiced: (inside.length * windowSamples) / sampleRate,
		clarity: inside.length === 0 ? 0 : sum / inside.length,
	};
}

import { windowSamples } from "../../core/contract/index.ts";

/** A stretch of samples [from, to). */
export interface Span {
	from: number;
	to: number;
}

export interface SpanOptions {
	/** Sound kept on each side of speech, in samples. */
	margin: number;
	/** Silences up to this many samples stay inside a span. */
	gap: number;
	/** Spans are cut at their quietest window when longer than this, in samples. */
	longest: number;
}

/** A window with at least this probability is speech: Silero's own default. */
const threshold = 0.5;
/** Speech shorter than this many windows (96 ms) is a click. */
const shortest = 3;

/** Whether enough windows are speech for anything to have been said. */
function hasSpeech(windows: ArrayLike<number>): boolean {
	return voicedWindows(windows) >= shortest;
}

/**
 * The stretches with speech, in samples from the first window's start, in order and apart from each other.
 * Without enough speech there are none.
 */
export function speechSpans(windows: ArrayLike<number>, options: SpanOptions): Span[] {
	if (!hasSpeech(windows)) return [];
	const limit = windows.length * windowSamples;
	const spans: Span[] = [];
	for (let i = 0; i < windows.length; i++) {
		if ((windows[i] ?? 0) < threshold) continue;
		const start = i * windowSamples;
		const last = spans.at(-1);
		if (last !== undefined && start - last.to <= options.gap) last.to = start + windowSamples;
		else spans.push({ from: start, to: start + windowSamples });
	}
	return spans
		.flatMap((span) => cut(span, windows, options.longest))
		.map((span, i, all) => ({
			from: Math.max(0, span.from - margin(all[i - 1]?.to, span.from, options.margin)),
			to: Math.min(limit, span.to + margin(span.to, all[i + 1]?.from, options.margin)),
		}));
}

/** Puts spans of sound behind one another. */
export function joinSpans(pcm: Int16Array, spans: readonly Span[]): Int16Array {
	const joined = new Int16Array(spans.reduce((sum, { from, to }) => sum + to - from, 0));
	let at = 0;
	for (const { from, to } of spans) {
		joined.set(pcm.subarray(from, to), at);
		at += to - from;
	}
	return joined;
}

function voicedWindows(windows: ArrayLike<number>): number {
	let count = 0;
	for (let i = 0; i < windows.length; i++) if ((windows[i] ?? 0) >= threshold) count++;
	return count;
}

/** The margin between two neighbours, at most half of what lies between them. */
function margin(end: number | undefined, start: number | undefined, wanted: number): number {
	return end === undefined || start === undefined ? wanted : Math.min(wanted, Math.floor((start - end) / 2));
}

function cut(span: Span, windows: ArrayLike<number>, longest: number): Span[] {
	if (span.to - span.from <= longest) return [span];
	// The quietest window of the second half of what fits keeps the pieces long and the cut between words.
	const first = Math.floor((span.from + longest / 2) / windowSamples);
	const last = Math.floor((span.from + longest) / windowSamples) - 1;
	let quietest = last;
	for (let i = last; i >= first; i--) if ((windows[i] ?? 0) < (windows[quietest] ?? 0)) quietest = i;
	const at = (quietest + 1) * windowSamples;
	return [{ from: span.from, to: at }, ...cut({ from: at, to: span.to }, windows, longest)];
}

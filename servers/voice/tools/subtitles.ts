/** A stretch of speech; times in seconds. */
export interface Segment {
	start: number;
	end: number;
	text: string;
}

/** SubRip: cues numbered on from `before`, comma before the milliseconds. */
export function toSrt(segments: readonly Segment[], before = 0): string {
	return segments
		.map(({ start, end, text }, index) => `${before + index + 1}\n${time(start, ",")} --> ${time(end, ",")}\n${text}\n`)
		.join("\n");
}

/** WebVTT (W3C): a header line, full stop before the milliseconds, `-->` and markup in the text escaped. */
export function toVtt(segments: readonly Segment[]): string {
	const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
	const cues = segments.map(({ start, end, text }) => `${time(start, ".")} --> ${time(end, ".")}\n${escaped(text)}\n`);
	return `WEBVTT\n\n${cues.join("\n")}`;
}

function time(seconds: number, point: string): string {
	const ms = Math.round(seconds * 1000);
	const pad = (value: number, width: number) => String(Math.floor(value)).padStart(width, "0");
	return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1000) % 60, 2)}${point}${pad(ms % 1000, 3)}`;
}

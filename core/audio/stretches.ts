import { sampleRate as rate } from "../contract/index.ts";
import { joined } from "./joined.ts";

/** Longest stretch, and from where on a quiet place to end it is looked for. */
const longest = 60 * rate;
const earliest = 40 * rate;
/** How long the quiet place is, and how finely it is looked for. */
const pause = 0.3 * rate;
const step = 0.05 * rate;

/**
 * Divides 16 kHz sound into stretches of at most a minute, each ending where it is quietest between 40 and 60 seconds,
 * so that no word is cut. `from` is where a stretch begins, in seconds.
 */
export async function* stretchesOf(
	pieces: AsyncIterable<Int16Array>,
): AsyncGenerator<{ from: number; pcm: Int16Array }, void, void> {
	let waiting: Int16Array[] = [];
	let length = 0;
	let given = 0;
	for await (const piece of pieces) {
		waiting.push(piece);
		length += piece.length;
		while (length >= longest) {
			const all = joined(waiting);
			const cut = quietest(all);
			yield { from: given / rate, pcm: all.slice(0, cut) };
			given += cut;
			waiting = [all.slice(cut)];
			length -= cut;
		}
	}
	if (length > 0) yield { from: given / rate, pcm: joined(waiting) };
}

/** The middle of the quietest pause in the part of the sound where a stretch may end. */
function quietest(pcm: Int16Array): number {
	let best = { at: longest, energy: Number.POSITIVE_INFINITY };
	for (let at = earliest; at + pause <= longest; at += step) {
		let energy = 0;
		for (let i = at; i < at + pause; i += 4) energy += (pcm[i] ?? 0) ** 2;
		if (energy < best.energy) best = { at: at + pause / 2, energy };
	}
	return best.at;
}

import { sampleRate } from "../../contract/index.ts";

/** Every other sample tells enough: voices are below 4 kHz. */
const step = 2;
const shortest = Math.floor(sampleRate / step / 350);
const longest = Math.ceil(sampleRate / step / 75);

/** Samples looked at, at the full rate: 40 ms, and one period more. */
const stretch = 320;
export const pitchSamples = (stretch + longest) * step;

/**
 * How much the last sound repeats itself at the pitch of a voice (75 to 350 Hz): the best normalised correlation with
 * itself one period earlier, from 0 to 1. Takes `pitchSamples` of sound at 16 kHz.
 */
export function periodicity(pcm: Int16Array): number {
	const sound = new Float64Array(stretch + longest);
	let mean = 0;
	for (let i = 0; i < sound.length; i += 1) {
		const value = (pcm[i * step] as number) + (pcm[i * step + 1] as number);
		sound[i] = value;
		mean += value / sound.length;
	}
	for (let i = 0; i < sound.length; i += 1) sound[i] = (sound[i] as number) - mean;
	let now = 0;
	for (let i = longest; i < sound.length; i += 1) now += (sound[i] as number) ** 2;
	let best = 0;
	let before = 0;
	for (let i = longest - shortest; i < sound.length - shortest; i += 1) before += (sound[i] as number) ** 2;
	for (let lag = shortest; lag <= longest; lag += 1) {
		let both = 0;
		for (let i = longest; i < sound.length; i += 1) both += (sound[i] as number) * (sound[i - lag] as number);
		if (both > 0) best = Math.max(best, both / Math.sqrt(now * before + 1));
		const entering = sound[longest - lag - 1] ?? 0;
		const leaving = sound[sound.length - lag - 1] as number;
		before += entering ** 2 - leaving ** 2;
	}
	return best;
}

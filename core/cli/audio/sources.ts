import { decodeWav } from "../../audio/index.ts";
import { sampleRate } from "../../contract/index.ts";
import type { SoundSource } from "../../sound/index.ts";
import { readRecording } from "../transcribe.ts";

/** 20 ms of sound, the size a microphone usually gives. */
const frameSamples = sampleRate / 50;

/** A WAV file at the pace it was spoken, then `silenceMs` of silence, so that the last turn can end. */
export async function recording(path: string, silenceMs: number): Promise<SoundSource> {
	const spoken = decodeWav(await readRecording(path)).pcm;
	const samples = new Int16Array(spoken.length + (sampleRate * silenceMs) / 1000);
	samples.set(spoken);
	return async function* (signal) {
		const began = performance.now();
		for (let at = 0; at < samples.length && !signal.aborted; at += frameSamples) {
			yield samples.subarray(at, at + frameSamples);
			const due = began + ((at + frameSamples) / sampleRate) * 1000;
			const wait = due - performance.now();
			if (wait > 0) await Bun.sleep(wait);
		}
	};
}

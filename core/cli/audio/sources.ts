import { decodeWav } from "../../audio/index.ts";
import { AiosError, sampleRate } from "../../contract/index.ts";
import { readRecording } from "../transcribe.ts";
import { childEnvironment } from "./environment.ts";
import { findRecorder } from "./programs.ts";

/** 20 ms of sound, the size a microphone usually gives. */
const frameSamples = sampleRate / 50;

/** Frames of 16 kHz mono samples as time passes, until the sound ends or `signal` aborts. */
export type SoundSource = (signal: AbortSignal) => AsyncIterable<Int16Array>;

/** This machine's microphone, by the recorder that is installed. */
export function microphone(): SoundSource {
	const { command, args } = findRecorder();
	return async function* (signal) {
		const child = Bun.spawn([command, ...args], {
			env: childEnvironment(),
			stdin: "ignore",
			stdout: "pipe",
			stderr: "pipe",
			signal,
		});
		let odd = new Uint8Array();
		for await (const chunk of child.stdout) {
			const bytes = new Uint8Array(odd.length + chunk.length);
			bytes.set(odd);
			bytes.set(chunk, odd.length);
			const whole = bytes.length - (bytes.length % 2);
			odd = bytes.slice(whole);
			if (whole > 0) yield new Int16Array(bytes.slice(0, whole).buffer);
		}
		if (signal.aborted) return;
		const reason = (await new Response(child.stderr).text()).trim();
		throw new AiosError("missing_part", `${command} stopped recording: ${reason || "no reason given"}`, {
			fix: "Is a microphone connected and allowed for this terminal? aios doctor looks into it.",
		});
	};
}

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

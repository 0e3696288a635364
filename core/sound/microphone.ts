import { AiosError } from "../contract/index.ts";
import { findRecorder, type Place } from "./programs.ts";

/** Frames of 16 kHz mono samples as time passes, until the sound ends or `signal` aborts. */
export type SoundSource = (signal: AbortSignal) => AsyncIterable<Int16Array>;

/**
 * This machine's microphone, by the recorder that is installed; throws `missing_part` where none is. Reading it throws
 * `missing_part` with what the recorder said where there is no microphone or it is refused.
 */
export function microphone(place: Place): SoundSource {
	const { command, args } = findRecorder(place);
	return async function* (signal) {
		const child = Bun.spawn([command, ...args], {
			env: { ...place.env },
			stdin: "ignore",
			stdout: "pipe",
			stderr: "pipe",
			signal,
		});
		const complaint = new Response(child.stderr).text();
		yield* samples(child.stdout);
		if (signal.aborted) return;
		const reason = (await complaint).trim().split("\n").at(-1);
		throw new AiosError("missing_part", `${command} stopped recording: ${reason || "no reason given"}`, {
			spoken: "I can't hear anything: the microphone does not work.",
			fix: "Is a microphone connected, and may this program use it? aios doctor looks into it.",
		});
	};
}

/** Signed 16-bit little-endian samples from bytes that may be cut anywhere. */
export async function* samples(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Int16Array> {
	let odd = new Uint8Array();
	for await (const chunk of chunks) {
		const bytes = new Uint8Array(odd.length + chunk.length);
		bytes.set(odd);
		bytes.set(chunk, odd.length);
		const whole = bytes.length - (bytes.length % 2);
		odd = bytes.slice(whole);
		if (whole > 0) yield new Int16Array(bytes.slice(0, whole).buffer);
	}
}

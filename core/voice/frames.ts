import { AiosError, sampleRate } from "../contract/index.ts";

/** Longest chunk taken at once: 30 s of sound. */
export const largestChunkBytes = 30 * sampleRate * 2;

/** How far sound may run ahead of the clock before it is refused, in seconds: a short recording may come at once. */
const burstSeconds = 60;

/** How much faster than real time sound may come for long: network jitter, not a file. */
const pace = 1.25;

export interface Frames {
	/**
	 * Takes bytes of signed 16-bit little-endian PCM in pieces of any length, an odd byte being kept for the next one.
	 * Throws `too_large` for an absurd chunk and `rate_limited` when sound comes faster than anybody can speak;
	 * the chunk is then dropped, and the next one is welcome.
	 */
	take(bytes: Uint8Array, nowMs: number): Int16Array;
}

/** Turns a client's byte chunks into samples. */
export function createFrames(): Frames {
	let odd: number | undefined;
	let credit = burstSeconds * sampleRate;
	let last: number | undefined;

	return {
		take(bytes, nowMs) {
			if (bytes.byteLength > largestChunkBytes) {
				throw new AiosError("too_large", "That piece of sound is too long.", {
					fix: "Send sound in pieces of about 20 milliseconds.",
					details: { bytes: bytes.byteLength, limit: largestChunkBytes },
				});
			}
			const passed = Math.max(0, nowMs - (last ?? nowMs));
			last = nowMs;
			credit = Math.min(burstSeconds * sampleRate, credit + (passed / 1000) * sampleRate * pace);
			const total = bytes.byteLength + (odd === undefined ? 0 : 1);
			const samples = total >> 1;
			if (samples > credit) {
				throw new AiosError("rate_limited", "Sound arrives faster than it can be spoken.", {
					fix: "Send it as it is recorded.",
				});
			}
			credit -= samples;
			const whole = new Uint8Array(total);
			if (odd !== undefined) whole[0] = odd;
			whole.set(bytes, odd === undefined ? 0 : 1);
			odd = total % 2 === 1 ? whole[total - 1] : undefined;
			return new Int16Array(whole.buffer, 0, samples);
		},
	};
}

import { createResampler } from "./resample.ts";

const targetRate = 16_000;
/** 20 ms: small enough not to be felt, large enough not to crowd the connection. */
const chunkSamples = 320;

/** Cuts mono sound of `rate` Hz (samples from -1 to 1) into 20 ms chunks of 16 kHz mono Int16, each a buffer of its own. */
export function createChunker(rate: number, onChunk: (pcm: ArrayBuffer) => void): (mono: Float32Array) => void {
	const resample = createResampler(rate, targetRate);
	let chunk = new Int16Array(chunkSamples);
	let filled = 0;
	return (mono) => {
		for (const sample of resample(mono)) {
			const clipped = Math.max(-1, Math.min(1, sample));
			chunk[filled++] = Math.round(clipped < 0 ? clipped * 0x8000 : clipped * 0x7fff);
			if (filled < chunkSamples) continue;
			onChunk(chunk.buffer);
			chunk = new Int16Array(chunkSamples);
			filled = 0;
		}
	};
}

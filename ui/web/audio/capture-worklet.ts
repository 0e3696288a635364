import { createResampler } from "./resample.ts";

// What an AudioWorklet's global scope offers; TypeScript's DOM library leaves it out.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
	readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const targetRate = 16_000;
/** 20 ms: small enough not to be felt, large enough not to crowd the connection. */
const chunkSamples = 320;

/** Turns the microphone's sound into 20 ms chunks of 16 kHz mono Int16, handed over without copying. */
class Capture extends AudioWorkletProcessor {
	readonly #resample = createResampler(sampleRate, targetRate);
	#chunk = new Int16Array(chunkSamples);
	#filled = 0;

	process([input]: Float32Array[][]): boolean {
		const mono = input?.[0];
		if (mono === undefined) return true;
		for (const sample of this.#resample(mono)) {
			const clipped = Math.max(-1, Math.min(1, sample));
			this.#chunk[this.#filled++] = Math.round(clipped < 0 ? clipped * 0x8000 : clipped * 0x7fff);
			if (this.#filled === chunkSamples) this.#send();
		}
		return true;
	}

	#send(): void {
		const { buffer } = this.#chunk;
		this.port.postMessage(buffer, [buffer]);
		this.#chunk = new Int16Array(chunkSamples);
		this.#filled = 0;
	}
}

registerProcessor("capture", Capture);

import { createChunker } from "./chunks.ts";

// What an AudioWorklet's global scope offers; TypeScript's DOM library leaves it out.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
	readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Turns the microphone's sound into chunks, handed over without copying. */
class Capture extends AudioWorkletProcessor {
	readonly #cut = createChunker(sampleRate, (pcm) => this.port.postMessage(pcm, [pcm]));

	process([input]: Float32Array[][]): boolean {
		const mono = input?.[0];
		if (mono !== undefined) this.#cut(mono);
		return true;
	}
}

registerProcessor("capture", Capture);

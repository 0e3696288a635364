import workletUrl from "./capture-worklet.ts?worker&url";
import { createChunker } from "./chunks.ts";

// What TypeScript's DOM library leaves out, and some browsers with it.
declare const MediaStreamTrackProcessor:
	| undefined
	| (new (init: {
			track: MediaStreamTrack;
			maxBufferSize: number;
	  }) => { readonly readable: ReadableStream<AudioData> });

const targetRate = 16_000;

/** Pieces of 10 ms that wait at most while the page is busy. */
const patience = 500;

/** A stream's sound on its way to `onChunk`: 20 ms of 16 kHz mono signed 16-bit PCM at a time. */
export interface Capture {
	close(): void;
}

/**
 * Takes a stream's sound as it comes. Where the browser hands it over by itself (Chromium), nothing lies between; by way
 * of an audio context it comes 40 to 100 ms later, which is how much longer the assistant would talk on over a person.
 */
export async function capture(stream: MediaStream, onChunk: (pcm: ArrayBuffer) => void): Promise<Capture> {
	const [track] = stream.getAudioTracks();
	if (track === undefined || typeof MediaStreamTrackProcessor === "undefined") return captureByContext(stream, onChunk);
	const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: patience }).readable.getReader();
	void read(reader, onChunk);
	return { close: () => void reader.cancel() };
}

async function read(
	reader: ReadableStreamDefaultReader<AudioData>,
	onChunk: (pcm: ArrayBuffer) => void,
): Promise<void> {
	let cut: { rate: number; take(mono: Float32Array): void } | undefined;
	for (let next = await reader.read(); !next.done; next = await reader.read()) {
		const sound = next.value;
		const mono = new Float32Array(sound.numberOfFrames);
		sound.copyTo(mono, { planeIndex: 0, format: "f32-planar" });
		const rate = sound.sampleRate;
		sound.close();
		if (cut?.rate !== rate) cut = { rate, take: createChunker(rate, onChunk) };
		cut.take(mono);
	}
}

async function captureByContext(stream: MediaStream, onChunk: (pcm: ArrayBuffer) => void): Promise<Capture> {
	const { context, source } = connect(stream);
	try {
		await context.audioWorklet.addModule(workletUrl);
		const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0, channelCount: 1 });
		node.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => onChunk(data);
		source.connect(node);
		await context.resume();
		return {
			close() {
				node.port.onmessage = null;
				void context.close();
			},
		};
	} catch (thrown) {
		void context.close();
		throw thrown;
	}
}

/** Joins the stream to a 16 kHz context; browsers that can't convert there get one at the device's own rate. */
function connect(stream: MediaStream): { context: AudioContext; source: MediaStreamAudioSourceNode } {
	const context = new AudioContext({ sampleRate: targetRate, latencyHint: 0 });
	try {
		return { context, source: context.createMediaStreamSource(stream) };
	} catch {
		void context.close();
		const native = new AudioContext({ latencyHint: 0 });
		return { context: native, source: native.createMediaStreamSource(stream) };
	}
}

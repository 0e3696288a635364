import { InferenceSession, Tensor } from "onnxruntime-node";
import { AiosError, windowSamples } from "../../core/contract/index.ts";
import { sessionOptions } from "../onnx-session.ts";

/** Voice activity of any number of streams, worked off together. */
export interface Vad {
	name: string;
	open(onWindow: (speech: number) => void): VadStream;
	close(): Promise<void>;
}

/** The voice activity of one stream: every full window of 512 samples pushed gives one probability, in order. */
export interface VadStream {
	push(pcm: Int16Array): void;
	/** Resolves when every full window pushed so far has been reported. */
	settled(): Promise<void>;
	close(): void;
}

/** Samples before a window that Silero v5 and v6 look at besides the window itself, at 16 kHz. */
const context = 64;
const input = context + windowSamples;
const stateSize = 2 * 128;
/** Streams computed in one run: 20 together take a third of the time of 20 runs. */
const maxBatch = 32;

interface Stream {
	pending: Int16Array[];
	/** Samples of the first pending piece already used. */
	used: number;
	samples: number;
	context: Float32Array;
	state: Float32Array;
	onWindow(speech: number): void;
	waiters: (() => void)[];
	closed: boolean;
}

/**
 * Silero VAD v5 or v6 (MIT) by onnxruntime-node: 0.15 ms a window, with the probability itself, which sherpa-onnx's
 * detector does not tell. Runs on the calling thread. The model file must have been verified.
 * Throws AiosError `missing_part` naming the file when it cannot be loaded.
 */
export async function createSilero(options: { name: string; model: string }): Promise<Vad> {
	const session = await InferenceSession.create(options.model, sessionOptions(1)).catch((cause: unknown) => {
		throw new AiosError("missing_part", `The voice detector ${options.model} cannot be loaded.`, {
			cause,
			spoken: "The voice detector cannot be loaded.",
			fix: "Reinstall it: npm ci",
		});
	});
	const rate = new Tensor("int64", BigInt64Array.of(16_000n), []);
	const streams = new Set<Stream>();
	let running = false;

	async function work(): Promise<void> {
		if (running) return;
		running = true;
		try {
			for (;;) {
				const ready = [...streams].filter((stream) => stream.samples >= windowSamples).slice(0, maxBatch);
				if (ready.length === 0) return;
				await runBatch(session, rate, ready);
				for (const stream of ready) {
					// Whoever was served goes to the back, so that more than a batch of streams all get their turn.
					if (streams.delete(stream)) streams.add(stream);
					if (stream.samples < windowSamples) release(stream);
				}
			}
		} finally {
			running = false;
		}
	}

	return {
		name: options.name,
		open(onWindow) {
			const stream: Stream = {
				pending: [],
				used: 0,
				samples: 0,
				context: new Float32Array(context),
				state: new Float32Array(stateSize),
				onWindow,
				waiters: [],
				closed: false,
			};
			streams.add(stream);
			return {
				push(pcm) {
					if (stream.closed || pcm.length === 0) return;
					stream.pending.push(pcm);
					stream.samples += pcm.length;
					if (stream.samples >= windowSamples) void work();
				},
				settled: () =>
					stream.closed || stream.samples < windowSamples
						? Promise.resolve()
						: new Promise((resolve) => stream.waiters.push(resolve)),
				close() {
					stream.closed = true;
					streams.delete(stream);
					release(stream);
				},
			};
		},
		async close() {
			for (const stream of streams) {
				stream.closed = true;
				release(stream);
			}
			streams.clear();
			while (running) await new Promise((resolve) => setTimeout(resolve, 1));
			await session.release();
		},
	};
}

function release(stream: Stream): void {
	for (const resolve of stream.waiters.splice(0)) resolve();
}

async function runBatch(session: InferenceSession, sr: Tensor, streams: Stream[]): Promise<void> {
	const size = streams.length;
	const samples = new Float32Array(size * input);
	const state = new Float32Array(size * stateSize);
	streams.forEach((stream, row) => {
		const window = samples.subarray(row * input, (row + 1) * input);
		window.set(stream.context);
		take(stream, window.subarray(context));
		stream.context.set(window.subarray(windowSamples));
		// The state's shape is [2, streams, 128].
		state.set(stream.state.subarray(0, 128), row * 128);
		state.set(stream.state.subarray(128), (size + row) * 128);
	});
	const result = await session.run({
		input: new Tensor("float32", samples, [size, input]),
		state: new Tensor("float32", state, [2, size, 128]),
		sr,
	});
	const speech = result.output?.data;
	const after = result.stateN?.data;
	if (!(speech instanceof Float32Array) || !(after instanceof Float32Array)) {
		throw new AiosError("internal", "The voice detector gave no probabilities.");
	}
	streams.forEach((stream, row) => {
		stream.state.set(after.subarray(row * 128, (row + 1) * 128));
		stream.state.set(after.subarray((size + row) * 128, (size + row + 1) * 128), 128);
		if (!stream.closed) stream.onWindow(speech[row] ?? 0);
	});
}

/** Moves the stream's next window into `target`, as floats. */
function take(stream: Stream, target: Float32Array): void {
	for (let filled = 0; filled < target.length; ) {
		const piece = stream.pending[0];
		if (piece === undefined) return;
		const count = Math.min(target.length - filled, piece.length - stream.used);
		for (let i = 0; i < count; i++) target[filled + i] = (piece[stream.used + i] ?? 0) / 32_768;
		filled += count;
		stream.used += count;
		if (stream.used === piece.length) {
			stream.pending.shift();
			stream.used = 0;
		}
	}
	stream.samples -= target.length;
}

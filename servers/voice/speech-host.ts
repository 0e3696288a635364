import {
	AiosError,
	type Channel,
	type SpeechAnswer,
	type SpeechEngines,
	type SpeechRequest,
	type SpeechStream,
	speechRequestSchema,
	type Tracer,
} from "../../core/contract/index.ts";

/** A recording sent in pieces: four hours at 16 kHz are refused beyond. */
const longestRecording = 4 * 3600 * 16_000;

/**
 * Serves speech engines to another process until the channel closes; then its streams are closed and its calls
 * cancelled. Any number of channels may share the engines. A message that is no speech request is ignored. `tracer` is
 * told of what is said for a trace.
 */
export function serveSpeech(engines: SpeechEngines, channel: Channel, tracer?: Tracer): void {
	const streams = new Map<number, SpeechStream>();
	const calls = new Map<number, AbortController>();
	const recordings = new Map<number, { pieces: Int16Array[]; samples: number }>();
	let closed = false;
	const post = (answer: SpeechAnswer) => {
		if (!closed) channel.post(answer);
	};

	function open(stream: number): void {
		try {
			const opened = engines.open();
			streams.set(stream, opened);
			opened.onActivity(({ end, speech }) => post({ type: "activity", stream, end, speech }));
			opened.onLost((error) => post({ type: "lost", stream, error: AiosError.from(error).toJSON() }));
		} catch (error) {
			post({ type: "lost", stream, error: AiosError.from(error).toJSON() });
		}
	}

	function streamOf(number: number): SpeechStream {
		const stream = streams.get(number);
		if (stream === undefined) throw new AiosError("unavailable", "The microphone's line to the engines is closed.");
		return stream;
	}

	/** Answers a call with what the work gives; the call can be cancelled meanwhile. */
	async function answer(call: number, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
		const controller = new AbortController();
		calls.set(call, controller);
		try {
			const value = await work(controller.signal);
			post({ type: "result", call, value });
		} catch (error) {
			post({ type: "failed", call, error: AiosError.from(error).toJSON() });
		} finally {
			calls.delete(call);
		}
	}

	async function synthesize(request: SpeechRequest & { type: "synthesize" }): Promise<void> {
		const { call, text, voice, speed, traceparent: parent } = request;
		const span = parent === undefined ? undefined : tracer?.start("synthesize", { parent, kind: "server" });
		const controller = new AbortController();
		calls.set(call, controller);
		let error: unknown;
		try {
			for await (const chunk of engines.synthesize(text, { voice, speed, signal: controller.signal })) {
				post({ type: "chunk", call, ...chunk });
			}
		} catch (thrown) {
			error = thrown;
			post({ type: "failed", call, error: AiosError.from(thrown).toJSON() });
		} finally {
			calls.delete(call);
			span?.end({ error });
		}
	}

	function record({ call, pcm, last }: SpeechRequest & { type: "recording" }): void {
		const recording = recordings.get(call) ?? { pieces: [], samples: 0 };
		recordings.set(call, recording);
		recording.samples += pcm.length;
		if (recording.samples <= longestRecording) recording.pieces.push(pcm);
		if (!last) return;
		recordings.delete(call);
		void answer(call, async (signal) => {
			if (recording.samples > longestRecording) {
				throw new AiosError("too_large", "A recording can be four hours long at most.");
			}
			const whole = new Int16Array(recording.samples);
			let at = 0;
			for (const piece of recording.pieces) {
				whole.set(piece, at);
				at += piece.length;
			}
			return engines.transcribeAll(whole, signal);
		});
	}

	function handle(request: SpeechRequest): void {
		switch (request.type) {
			case "open":
				open(request.stream);
				break;
			case "push":
				streams.get(request.stream)?.push(request.pcm);
				break;
			case "close":
				streams.get(request.stream)?.close();
				streams.delete(request.stream);
				break;
			case "transcribe": {
				const { stream, from, to, partial } = request;
				void answer(request.call, async (signal) => streamOf(stream).transcribe({ from, to, partial, signal }));
				break;
			}
			case "turn": {
				const { stream, from, to } = request;
				void answer(request.call, async (signal) => streamOf(stream).turnComplete({ from, to, signal }));
				break;
			}
			case "synthesize":
				void synthesize(request);
				break;
			case "recording":
				record(request);
				break;
			case "voices":
				void answer(request.call, () => engines.voices());
				break;
			case "status":
				void answer(request.call, () => engines.status());
				break;
			case "recogniser":
				void answer(request.call, () => engines.useRecogniser(request.model));
				break;
			case "cancel":
				recordings.delete(request.call);
				calls.get(request.call)?.abort();
				break;
		}
	}

	channel.onMessage((message) => {
		const request = speechRequestSchema.safeParse(message);
		if (request.success) handle(request.data);
	});
	channel.onClose(() => {
		closed = true;
		for (const controller of calls.values()) controller.abort();
		for (const stream of streams.values()) stream.close();
		streams.clear();
		recordings.clear();
	});
}

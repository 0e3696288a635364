import {
	AiosError,
	type Channel,
	type Clock,
	type SpeechChunk,
	type SpeechEngines,
	type SpeechStream,
	speechResultSchemas,
	systemClock,
} from "../contract/index.ts";
import { createSpeechLine, enginesGone, type SpeechLine } from "./speech-line.ts";
import { createRemoteStream } from "./speech-stream.ts";

export interface SpeechClientDeps {
	/** Calls back with every channel to the voice process: the first one, and one after each restart. */
	onChannel(opened: (channel: Channel) => void): void;
	clock?: Clock;
	/** Longest wait for a process that is just starting, in milliseconds. */
	waitMs?: number;
	/** The same for what is to be spoken: that a turn failed is to be heard even if it takes the process longer. */
	voiceWaitMs?: number;
}

/** Samples of a recording sent at once: 10 s, about a millisecond of work. */
const pieceSamples = 160_000;

/**
 * The speech engines of another process, which may come and go. While it is (re)starting, what is asked waits for it,
 * `waitMs` at most; after that it fails with `unavailable` until it is back. A microphone opened meanwhile waits in
 * any case, and keeps its sound: somebody is speaking.
 */
export function createSpeechClient(deps: SpeechClientDeps): SpeechEngines {
	const { clock = systemClock, waitMs = 8_000, voiceWaitMs = 20_000 } = deps;
	const streams = new Set<SpeechStream>();
	let line: SpeechLine | undefined;
	let waiters: ((line: SpeechLine | AiosError) => void)[] = [];
	let closed = false;
	let waitUntil = clock.now().getTime() + waitMs;

	const settle = (outcome: SpeechLine | AiosError) => {
		for (const waiter of waiters.splice(0)) waiter(outcome);
	};

	deps.onChannel((channel) => {
		const opened = createSpeechLine(channel);
		opened.onLost(() => {
			if (line !== opened) return;
			line = undefined;
			waitUntil = clock.now().getTime() + waitMs;
		});
		if (closed) return;
		line = opened;
		settle(opened);
	});

	/** The line, or the wait for it: by default the rest of the time in which it is expected back. */
	async function reach(left = waitUntil - clock.now().getTime()): Promise<SpeechLine> {
		if (closed) throw new AiosError("unavailable", "The speech engines were closed.");
		if (line !== undefined) return line;
		if (left <= 0) throw enginesGone();
		return new Promise((resolve, reject) => {
			const waiter = (outcome: SpeechLine | AiosError) => {
				takeBack();
				if (outcome instanceof AiosError) reject(outcome);
				else resolve(outcome);
			};
			const takeBack = clock.after(left, () => {
				waiters = waiters.filter((other) => other !== waiter);
				reject(enginesGone());
			});
			waiters.push(waiter);
		});
	}

	async function* synthesize(
		text: string,
		{ voice, speed, signal, traceparent }: Parameters<SpeechEngines["synthesize"]>[1],
	): AsyncGenerator<SpeechChunk, void, void> {
		const there = await reach(voiceWaitMs);
		const call = there.number();
		const chunks: (SpeechChunk | AiosError)[] = [];
		let wake = () => {};
		let finished = false;
		const put = (chunk: SpeechChunk | AiosError) => {
			chunks.push(chunk);
			wake();
		};
		const forget = there.onCall(call, (answer) => {
			if (answer instanceof AiosError) put(answer);
			else if (answer.type === "failed") put(AiosError.fromJSON(answer.error));
			else if (answer.type === "chunk") put({ pcm: answer.pcm, sampleRate: answer.sampleRate, last: answer.last });
		});
		const abort = () => put(AiosError.from(signal?.reason));
		signal?.addEventListener("abort", abort);
		try {
			signal?.throwIfAborted();
			there.post({ type: "synthesize", call, text, voice, speed, traceparent });
			for (;;) {
				// What was made before an abort is not worth playing any more.
				if (signal?.aborted) throw AiosError.from(signal.reason);
				const chunk = chunks.shift();
				if (chunk === undefined) {
					await new Promise<void>((resolve) => {
						wake = resolve;
					});
					continue;
				}
				finished = chunk instanceof AiosError || chunk.last;
				if (chunk instanceof AiosError) throw chunk;
				yield chunk;
				if (chunk.last) return;
			}
		} catch (error) {
			throw AiosError.from(error);
		} finally {
			signal?.removeEventListener("abort", abort);
			forget();
			if (!finished || signal?.aborted) there.post({ type: "cancel", call });
		}
	}

	return {
		open() {
			if (closed) throw new AiosError("unavailable", "The speech engines were closed.");
			const stream = createRemoteStream(reach(waitMs), () => streams.delete(stream));
			streams.add(stream);
			return stream;
		},
		synthesize,
		async transcribeAll(pcm, signal) {
			const there = await reach();
			const send = async (call: number) => {
				for (let at = 0; ; at += pieceSamples) {
					const last = at + pieceSamples >= pcm.length;
					// A copy: sending a view would take the whole recording along each time.
					there.post({ type: "recording", call, pcm: pcm.slice(at, at + pieceSamples), last });
					if (last || signal?.aborted) return;
					await new Promise((resolve) => setTimeout(resolve, 0));
				}
			};
			return there.ask(speechResultSchemas.recording, (call) => void send(call), signal);
		},
		async voices() {
			const there = await reach();
			return there.ask(speechResultSchemas.voices, (call) => there.post({ type: "voices", call }));
		},
		async status() {
			const there = await reach();
			return there.ask(speechResultSchemas.status, (call) => there.post({ type: "status", call }));
		},
		async useRecogniser(model) {
			const there = await reach();
			await there.ask(speechResultSchemas.recogniser, (call) => there.post({ type: "recogniser", call, model }));
		},
		async close() {
			closed = true;
			settle(new AiosError("unavailable", "The speech engines were closed."));
			for (const stream of [...streams]) stream.close();
		},
	};
}

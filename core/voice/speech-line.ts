import type { z } from "zod";
import {
	AiosError,
	type Channel,
	type SpeechAnswer,
	type SpeechRequest,
	speechAnswerSchema,
} from "../contract/index.ts";

type StreamAnswer = Extract<SpeechAnswer, { stream: number }>;
type CallAnswer = Extract<SpeechAnswer, { call: number }>;

/** One channel to the engines, with the questions under way on it. */
export interface SpeechLine {
	post(request: SpeechRequest): void;
	/** A number no other call or stream has. */
	number(): number;
	/** Asks and gives the parsed answer. Aborting cancels on the other side too and rejects at once. */
	ask<T>(schema: z.ZodType<T>, send: (call: number) => void, signal?: AbortSignal): Promise<T>;
	/** Takes every answer to one call, or the loss of the line, until the function given back is called. */
	onCall(call: number, listener: (answer: CallAnswer | AiosError) => void): () => void;
	/** Takes what is said of one stream, or the loss of the line, until the function given back is called. */
	onStream(stream: number, listener: (answer: StreamAnswer | AiosError) => void): () => void;
	onLost(listener: () => void): void;
}

let lastNumber = 0;

/** What callers are told when the voice process went away. */
export function enginesGone(): AiosError {
	return new AiosError("unavailable", "The speech engines stopped.", {
		spoken: "My speech engines stopped. I am starting them again. Please say that once more in a moment.",
		fix: "They are started again by themselves.",
	});
}

export function createSpeechLine(channel: Channel): SpeechLine {
	const calls = new Map<number, (answer: CallAnswer | AiosError) => void>();
	const streams = new Map<number, (answer: StreamAnswer | AiosError) => void>();
	const lost: (() => void)[] = [];
	let gone: AiosError | undefined;

	channel.onMessage((message) => {
		const parsed = speechAnswerSchema.safeParse(message);
		if (!parsed.success) return;
		const answer = parsed.data;
		if ("stream" in answer) streams.get(answer.stream)?.(answer);
		else calls.get(answer.call)?.(answer);
	});
	channel.onClose(() => {
		gone = enginesGone();
		for (const listener of lost) listener();
		for (const listener of [...calls.values()]) listener(gone);
		for (const listener of [...streams.values()]) listener(gone);
		calls.clear();
		streams.clear();
	});

	const line: SpeechLine = {
		post(request) {
			if (gone === undefined) channel.post(request);
		},
		number: () => ++lastNumber,
		ask(schema, send, signal) {
			if (gone !== undefined) return Promise.reject(gone);
			if (signal?.aborted) return Promise.reject(AiosError.from(signal.reason));
			const call = line.number();
			return new Promise((resolve, reject) => {
				const end = () => {
					calls.delete(call);
					signal?.removeEventListener("abort", abort);
				};
				const abort = () => {
					end();
					line.post({ type: "cancel", call });
					reject(AiosError.from(signal?.reason));
				};
				signal?.addEventListener("abort", abort);
				calls.set(call, (answer) => {
					end();
					if (answer instanceof AiosError) return reject(answer);
					if (answer.type === "failed") return reject(AiosError.fromJSON(answer.error));
					const value = schema.safeParse(answer.type === "result" ? answer.value : answer);
					if (value.success) resolve(value.data);
					else reject(new AiosError("internal", "The speech engines gave an unknown answer."));
				});
				send(call);
			});
		},
		onCall(call, listener) {
			if (gone !== undefined) listener(gone);
			else calls.set(call, listener);
			return () => void calls.delete(call);
		},
		onStream(stream, listener) {
			if (gone !== undefined) listener(gone);
			else streams.set(stream, listener);
			return () => void streams.delete(stream);
		},
		onLost: (listener) => void lost.push(listener),
	};
	return line;
}

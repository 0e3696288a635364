import type { z } from "zod";
import {
	type Activity,
	AiosError,
	type SpeechRequest,
	type SpeechStream,
	speechResultSchemas,
} from "../contract/index.ts";
import type { SpeechLine } from "./speech-line.ts";

/**
 * A microphone whose engines are on a line, or will be: what is pushed before the line is there is kept and sent first,
 * so positions stay right. Without a line in time, or when it breaks, the stream is lost for good.
 */
export function createRemoteStream(arriving: Promise<SpeechLine>, onClose: () => void): SpeechStream {
	const activity: ((activity: Activity) => void)[] = [];
	const lost: ((error: Error) => void)[] = [];
	const early: Int16Array[] = [];
	let line: SpeechLine | undefined;
	let stream = 0;
	let gone: AiosError | undefined;
	let stopListening = () => {};

	const lose = (error: AiosError) => {
		if (gone !== undefined) return;
		gone = error;
		early.length = 0;
		stopListening();
		onClose();
		for (const listener of lost) listener(error);
	};

	const opened = arriving.then((arrived) => {
		if (gone !== undefined) throw gone;
		line = arrived;
		stream = arrived.number();
		stopListening = arrived.onStream(stream, (answer) => {
			if (answer instanceof AiosError) return lose(answer);
			if (answer.type === "lost") return lose(AiosError.fromJSON(answer.error));
			for (const listener of activity) listener({ end: answer.end, speech: answer.speech });
		});
		arrived.post({ type: "open", stream });
		for (const pcm of early.splice(0)) arrived.post({ type: "push", stream, pcm });
		return arrived;
	});
	opened.catch((error: unknown) => lose(AiosError.from(error)));

	async function question<T>(
		schema: z.ZodType<T>,
		request: (call: number) => SpeechRequest,
		signal?: AbortSignal,
	): Promise<T> {
		if (gone !== undefined) throw gone;
		const there = line ?? (await opened);
		return there.ask(schema, (call) => there.post(request(call)), signal);
	}

	return {
		push(pcm) {
			if (gone !== undefined || pcm.length === 0) return;
			if (line === undefined) early.push(pcm);
			else line.post({ type: "push", stream, pcm });
		},
		onActivity: (listener) => void activity.push(listener),
		onLost(listener) {
			if (gone?.code === "unavailable" || gone?.code === "busy") listener(gone);
			else lost.push(listener);
		},
		transcribe: ({ from, to, partial = false, signal }) =>
			question(
				speechResultSchemas.transcribe,
				(call) => ({ type: "transcribe", call, stream, from, to, partial }),
				signal,
			),
		turnComplete: ({ from, to, signal }) =>
			question(speechResultSchemas.turn, (call) => ({ type: "turn", call, stream, from, to }), signal),
		close() {
			if (gone !== undefined) return;
			gone = new AiosError("cancelled", "The microphone was closed.");
			early.length = 0;
			stopListening();
			line?.post({ type: "close", stream });
			onClose();
		},
	};
}

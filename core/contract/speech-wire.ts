import { z } from "zod";

/** What travels between {@link SpeechEngines} in the voice process and everyone who uses them, over a Channel. */
const id = z.number().int();
const pcm = z.custom<Int16Array>((value) => value instanceof Int16Array);
const error = z.object({
	code: z.string(),
	message: z.string(),
	spoken: z.string().optional(),
	fix: z.string().optional(),
	details: z.record(z.string(), z.unknown()).optional(),
});
const range = { call: id, stream: id, from: z.number(), to: z.number() };

/** To the engines. `call` numbers a question, `stream` a microphone; both count up in the asking process. */
export const speechRequestSchema = z.discriminatedUnion("type", [
	z.object({ type: z.literal("open"), stream: id }),
	z.object({ type: z.literal("push"), stream: id, pcm }),
	z.object({ type: z.literal("close"), stream: id }),
	z.object({ type: z.literal("transcribe"), ...range, partial: z.boolean() }),
	z.object({ type: z.literal("turn"), ...range }),
	z.object({
		type: z.literal("synthesize"),
		call: id,
		text: z.string(),
		voice: z.string().optional(),
		speed: z.number().optional(),
		traceparent: z.string().optional(),
	}),
	z.object({ type: z.literal("recording"), call: id, pcm, last: z.boolean() }),
	z.object({ type: z.literal("voices"), call: id }),
	z.object({ type: z.literal("status"), call: id }),
	z.object({ type: z.literal("recogniser"), call: id, model: z.string() }),
	z.object({ type: z.literal("cancel"), call: id }),
]);
export type SpeechRequest = z.infer<typeof speechRequestSchema>;

/** From the engines. A `result` or `failed` ends a call; `chunk` does when it is the last. */
export const speechAnswerSchema = z.discriminatedUnion("type", [
	z.object({ type: z.literal("activity"), stream: id, end: z.number(), speech: z.number() }),
	z.object({ type: z.literal("lost"), stream: id, error }),
	z.object({ type: z.literal("result"), call: id, value: z.unknown() }),
	z.object({ type: z.literal("failed"), call: id, error }),
	z.object({ type: z.literal("chunk"), call: id, pcm, sampleRate: z.number(), last: z.boolean() }),
]);
export type SpeechAnswer = z.infer<typeof speechAnswerSchema>;

/** The values of results, by the request they answer. */
export const speechResultSchemas = {
	transcribe: z.object({ text: z.string(), decodeMs: z.number(), model: z.string() }).optional(),
	turn: z.number().optional(),
	recording: z.object({
		segments: z.array(z.object({ start: z.number(), end: z.number(), text: z.string() })),
		model: z.string(),
	}),
	voices: z.array(z.object({ id: z.string(), engine: z.string(), language: z.string(), title: z.string() })),
	status: z.object({
		stt: z.string(),
		tts: z.string(),
		vad: z.string(),
		turn: z.string(),
		residentBytes: z.number(),
	}),
	recogniser: z.undefined(),
};

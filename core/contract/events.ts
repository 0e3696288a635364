import { z } from "zod";
import { replySchema } from "./reply.ts";

const turn = z.string();
const ms = z.number();

/** Socket.IO, client to server. Each event is declared once; handlers and the page derive their types from here. */
export const clientEvents = {
	"audio:start": z.object({
		sampleRate: z.literal(16_000),
		mode: z.enum(["push-to-talk", "hands-free"]),
		session: z.string().max(200).optional(),
	}),
	"audio:chunk": z.instanceof(Uint8Array),
	"audio:stop": z.undefined(),
	command: z.object({ text: z.string().min(1).max(4000), session: z.string().max(200).optional() }),
	confirm: z.object({ id: z.string().max(200), approve: z.boolean() }),
	interrupt: z.undefined(),
};

/** Socket.IO, server to client. Times are milliseconds; metrics are measured from the end of speech. */
export const serverEvents = {
	status: z.lazy(() => systemStatusSchema),
	"speech:start": z.object({ turn, at_ms: ms }),
	"speech:end": z.object({ turn, at_ms: ms }),
	"transcript:partial": z.object({ turn, text: z.string(), ms }),
	"transcript:final": z.object({ turn, text: z.string(), ms }),
	intent: z.object({
		turn,
		server: z.string(),
		tool: z.string(),
		arguments: z.record(z.string(), z.unknown()),
		confidence: z.number(),
	}),
	"command:progress": z.object({
		turn,
		progress: z.number(),
		total: z.number().optional(),
		message: z.string().optional(),
	}),
	reply: replySchema,
	/** Said of the assistant's own accord: a timer is due, work is done. An `alarm` repeats until it is interrupted. */
	announcement: z.object({ text: z.string(), kind: z.enum(["notice", "alarm"]) }),
	"audio:reply": z.object({
		turn,
		seq: z.number().int(),
		sampleRate: z.number().int(),
		pcm: z.instanceof(Uint8Array),
		last: z.boolean(),
	}),
	/** The assistant stops talking now: what was not played yet is dropped. */
	"audio:cancel": z.object({ turn }),
	"turn:metrics": z.object({
		turn,
		endpoint_ms: ms,
		transcribe_ms: ms,
		understand_ms: ms,
		dispatch_ms: ms,
		first_audio_ms: ms.optional(),
		total_ms: ms,
	}),
	/** A model on its way: bytes so far and in all. */
	"model:progress": z.object({
		model: z.string(),
		received: z.number(),
		total: z.number(),
		state: z.enum(["downloading", "verifying", "ready", "failed"]),
		message: z.string().optional(),
	}),
	error: z.object({ code: z.string(), message: z.string(), turn: turn.optional(), fix: z.string().optional() }),
};

export type ClientEventName = keyof typeof clientEvents;
export type ServerEventName = keyof typeof serverEvents;
export type ServerEvent<N extends ServerEventName = ServerEventName> = z.output<(typeof serverEvents)[N]>;

export const serverStatus = z.enum(["starting", "healthy", "degraded", "unhealthy", "stopped"]);

/** `GET /system/status` and the `status` event. */
export const systemStatusSchema = z.object({
	status: z.enum(["starting", "healthy", "degraded"]),
	version: z.string(),
	uptime_s: z.number(),
	servers: z.array(
		z.object({
			name: z.string(),
			title: z.string(),
			type: z.string(),
			status: serverStatus,
			reason: z.string().optional(),
			/** Of a registered server that demands a sign-in: whether somebody has to, or has. */
			sign_in: z.enum(["needed", "done"]).optional(),
			tools: z.number().int(),
			replicas: z.array(z.object({ url: z.string(), status: serverStatus, latency_ms: z.number().nullable() })),
			/** What it became last, oldest first, and why it was not well; the last is how it is now. */
			history: z.array(z.object({ at: z.string(), status: serverStatus, reason: z.string().optional() })).optional(),
			requirements: z.array(
				z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string().optional() }),
			),
		}),
	),
	voice: z.object({
		stt: z.string(),
		tts: z.string(),
		vad: z.string(),
		listening: z.boolean(),
		turn: z.string().optional(),
		/** What wakes it in hands-free mode; "" where everything said is meant for it. */
		wake_phrase: z.string().optional(),
	}),
	load: z.object({ cpu: z.number(), memory_bytes: z.number(), turns: z.number() }),
});

export type SystemStatus = z.output<typeof systemStatusSchema>;
export type ServerStatus = z.output<typeof serverStatus>;

/** Where stages report what happened; watchers listen and never steer. `to` limits an event to one client. */
export interface EventSink {
	emit<N extends ServerEventName>(name: N, payload: ServerEvent<N>, to?: { client?: string; user?: string }): void;
}

import { AiosError, type Reply, type ServerEvent, type Span } from "../contract/index.ts";
import type { Utterance } from "./listen.ts";
import type { VoiceClient, VoiceDeps } from "./types.ts";

/** A turn: from what was heard to the reply. The controller is its own; aborting it touches no other turn. */
export interface Turn {
	id: string;
	controller: AbortController;
	utterance: Utterance;
	/** Wall-clock milliseconds, each set when that stage is done. */
	finalAt: number;
	intentAt?: number;
	replyAt?: number;
	/** Where it is traced. */
	span?: Span;
}

/** A reply for a turn that failed before the assistant could give one. */
export function failedReply(turn: string, error: AiosError): Reply {
	const { code, message, fix } = error;
	return {
		turn,
		status: "failed",
		reply: error.spoken,
		error: { code, message, ...(fix === undefined ? {} : { fix }) },
		timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 },
	};
}

/** A reply without words: the person asked for silence and gets it. */
export function silentReply(turn: string): Reply {
	return { turn, status: "done", reply: "", timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 } };
}

/** Hands the words, or the yes or no to a waiting call, to the assistant. Never throws: a failure is a Reply. */
export async function carryOut(
	deps: Pick<VoiceDeps, "assistant" | "events" | "clock" | "log">,
	client: VoiceClient,
	session: string,
	turn: Turn,
	what: { text: string } | { id: string; approve: boolean },
): Promise<Reply> {
	const to = { client: client.id };
	const options = {
		user: client.user,
		session,
		signal: turn.controller.signal,
		turn: turn.id,
		traceparent: turn.span?.traceparent,
		onIntent: (intent: Omit<ServerEvent<"intent">, "turn">) => {
			turn.intentAt ??= deps.clock.now().getTime();
			deps.events.emit("intent", { turn: turn.id, ...intent }, to);
		},
		progress: (update: Omit<ServerEvent<"command:progress">, "turn">) =>
			deps.events.emit("command:progress", { turn: turn.id, ...update }, to),
	};
	try {
		if ("text" in what) return await deps.assistant.command({ text: what.text }, { ...options, source: "voice" });
		return await deps.assistant.confirm(what.id, what.approve, options);
	} catch (error) {
		deps.log.error("the assistant failed", { turn: turn.id, error: String(error) });
		return failedReply(turn.id, AiosError.from(error));
	} finally {
		turn.replyAt = deps.clock.now().getTime();
	}
}

/**
 * The turn's times, all in milliseconds since the end of speech (the arrival of the last sound that was speech):
 * the end of the turn was decided, the final text was there, it was understood, the tool had answered, the first
 * sound of the answer left, everything was done.
 */
export function metricsOf(turn: Turn, firstAudioAt: number | undefined): ServerEvent<"turn:metrics"> {
	const since = (at: number): number => Math.max(0, Math.round(at - turn.utterance.endOfSpeechAt));
	const replyAt = turn.replyAt ?? turn.finalAt;
	return {
		turn: turn.id,
		endpoint_ms: since(turn.utterance.decidedAt),
		transcribe_ms: since(turn.finalAt),
		understand_ms: since(turn.intentAt ?? replyAt),
		dispatch_ms: since(replyAt),
		...(firstAudioAt === undefined ? {} : { first_audio_ms: since(firstAudioAt) }),
		total_ms: since(firstAudioAt ?? replyAt),
	};
}

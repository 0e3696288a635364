import { randomUUID } from "node:crypto";
import type { AiosError } from "../contract/index.ts";
import type { Attention } from "./attention.ts";
import { defaultEndpointSettings } from "./endpoint.ts";
import { decide, type Heard as Said } from "./gate.ts";
import { createListener, type Listener, type Utterance } from "./listen.ts";
import { senseOfUnknown } from "./sense.ts";
import type { ListeningMode, VoiceClient, VoiceDeps } from "./types.ts";

/** Something said, and how. */
export interface Heard extends Utterance {
	turn: string;
	/** It needed no wake phrase. */
	open: boolean;
	/** It made the assistant fall silent. */
	interrupted: boolean;
}

/** One opening of the client's microphone. */
export interface Microphone {
	listener: Listener;
	mode: ListeningMode;
	/** The turn being said, or said last. */
	turn: string;
	/** Turn names given out but not used: the acknowledged one, those of noises. */
	spare: string[];
	/** What is being said needs no wake phrase. */
	open: boolean;
	/** What is being said interrupted the assistant. */
	interrupted: boolean;
}

/** What a microphone asks of the session it belongs to, and tells it. */
export interface MicrophoneHandlers {
	circumstances(): Pick<Said, "busy" | "confirm" | "wakePhrase">;
	/** Wall-clock milliseconds until which hands-free needs no wake phrase. */
	openUntil(): number;
	heard(microphone: Microphone, said: Heard): void;
	/** The engines failed in the middle of a turn. */
	failed(turn: string, error: AiosError): void;
	tell(error: AiosError): void;
	/** After it was closed: its last words were heard. */
	released(microphone: Microphone): void;
}

/** Opens a client's microphone: what is heard becomes events towards the page and utterances for the session. */
export function openMicrophone(
	deps: VoiceDeps & { client: VoiceClient; attention: Attention },
	about: { mode: ListeningMode; turn: string; conversation: string },
	session: MicrophoneHandlers,
): Microphone {
	const { events, settings, clock, log, engines, client, attention } = deps;
	const to = { client: client.id };
	const isOpen = (): boolean => mic.open || mic.interrupted;
	const decideOn = (text: string) => decide({ ...session.circumstances(), open: isOpen(), text });

	const endpoint = { ...defaultEndpointSettings, ...settings.endpoint };
	let began = 0;
	const listener = createListener(
		{ engines, clock, log, endpoint },
		{
			weigh: attention.weigh,
			async foresee(text) {
				const decision = decideOn(text);
				if (decision.kind === "answer" || decision.kind === "hush") return "call";
				if (decision.kind === "awake") return "ask";
				if (decision.kind === "nothing") return "unknown";
				if (decision.kind !== "command") return undefined;
				const sense = await deps.assistant.foresee?.(decision.text, {
					user: client.user,
					session: about.conversation,
				});
				return sense === "unknown" ? senseOfUnknown(decision.text) : sense;
			},
			started({ startedAt, startMs }) {
				began = startedAt;
				mic.turn = mic.spare.pop() ?? randomUUID();
				const followUp = startedAt <= session.openUntil();
				mic.open = about.mode === "push-to-talk" || settings.wakePhrase === "" || followUp;
				events.emit("speech:start", { turn: mic.turn, at_ms: Math.round(startMs) }, to);
			},
			partial({ text, decodeMs }) {
				attention.partial(text, began, session.circumstances().confirm !== undefined);
				const { kind } = decideOn(text);
				if (kind === "other" || kind === "nothing") return;
				events.emit("transcript:partial", { turn: mic.turn, text, ms: Math.round(decodeMs) }, to);
			},
			ended(utterance) {
				const said = { ...utterance, turn: mic.turn, open: isOpen(), interrupted: mic.interrupted };
				mic.interrupted = false;
				events.emit("speech:end", { turn: mic.turn, at_ms: Math.round(utterance.endMs) }, to);
				session.heard(mic, said);
			},
			nothing() {
				if (about.mode === "hands-free") return;
				events.emit("transcript:final", { turn: mic.spare.pop() ?? mic.turn, text: "", ms: 0 }, to);
			},
			lost(error, said) {
				log.warn("the speech engines are gone", { error: error.message });
				if (said === undefined) return session.tell(error);
				if (said === "unheard") mic.turn = mic.spare.pop() ?? randomUUID();
				session.failed(mic.turn, error);
			},
			released: () => session.released(mic),
		},
	);
	const { mode, turn } = about;
	const mic: Microphone = { listener, mode, turn, spare: [turn], open: true, interrupted: false };
	return mic;
}

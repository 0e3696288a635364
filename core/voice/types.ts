import type {
	Announcement,
	Assistant,
	Clock,
	EventSink,
	Logger,
	Principal,
	Reply,
	SpeechEngines,
	Tracer,
} from "../contract/index.ts";
import type { EndpointSettings } from "./endpoint.ts";

export interface VoiceSettings {
	/** What wakes it in hands-free mode; "" means that everything said is meant for it. */
	wakePhrase: string;
	/** Voice of the answers, as in `SpeechEngines.voices`; the engines' own choice when absent. */
	ttsVoice?: string;
	/** Speed of the answers; 1 is the voice's own. */
	ttsSpeed?: number;
	/** Milliseconds after an answer in which no wake phrase is needed. */
	followUpMs: number;
	/** Endpointing, for tuning; the defaults hold for people speaking English. */
	endpoint?: Partial<EndpointSettings>;
}

export interface VoiceDeps {
	engines: SpeechEngines;
	assistant: Assistant;
	events: EventSink;
	clock: Clock;
	log: Logger;
	/** Read anew at every turn, so that a changed wake phrase counts at once. */
	settings: VoiceSettings;
	tracer?: Tracer;
}

/** One connected page, terminal or file. Its events are sent to `{ client: id }`. */
export interface VoiceClient {
	id: string;
	user: Principal;
}

export type ListeningMode = "push-to-talk" | "hands-free";

export interface VoiceSession {
	/**
	 * Opens the microphone; the turn is the name of what is said first. In push-to-talk nothing needs the wake phrase,
	 * and `stop` or a finished sentence ends the turn, whichever comes first. `session` is the conversation.
	 * Throws `unavailable` when the speech engines are gone.
	 */
	start(options: { mode: ListeningMode; session?: string }): { turn: string };
	/**
	 * Takes signed 16-bit little-endian mono PCM at 16 kHz, in pieces of any length. Sound before `start` or after
	 * `stop` is ignored; what is refused (`too_large`, `rate_limited`) is told by an `error` event.
	 */
	push(bytes: Uint8Array): void;
	/** Ends the turn now and closes the microphone. */
	stop(): void;
	/** Stops the assistant's speech; when it is silent, the command under way. */
	interrupt(): void;
	/** Says something of the assistant's own accord, once nobody is speaking. */
	speak(text: string): void;
	/** As `speak`; an alarm is repeated until the person stops it. */
	announce(announcement: Pick<Announcement, "text" | "kind">): void;
	/** Tells that a question or a confirmation reached the person another way (typed): a spoken yes may answer it. */
	expect(reply: Reply): void;
	/** Frees everything: the microphone, the turn under way, its speech. */
	close(): void;
}

export interface VoiceLoop {
	open(client: VoiceClient): VoiceSession;
	/** Announces to every open client of the person, or to all. Gives how many heard it. */
	announce(announcement: Announcement): number;
	/** How many clients are connected and how many microphones are open. */
	status(): { sessions: number; listening: number };
	close(): void;
}

/** Sound everywhere inside is 16 kHz mono signed 16-bit PCM unless a field says otherwise. */
export const sampleRate = 16_000;

/** Samples in one voice-activity window: 32 ms, the size Silero VAD was trained on. */
export const windowSamples = 512;

export interface Transcript {
	text: string;
	/** Wall-clock milliseconds the decoding took. */
	decodeMs: number;
	/** The recogniser that heard it, as in the model catalogue. */
	model: string;
}

/** One voice-activity window: where it ends, in samples since the stream began, and how likely it is speech (0 to 1). */
export interface Activity {
	end: number;
	speech: number;
}

/**
 * One microphone. The engines keep the last two minutes of its sound; positions are samples since it began,
 * so sound crosses the process border once, however often a stretch of it is decoded.
 */
export interface SpeechStream {
	/** Takes PCM of any length. Never blocks; windows are reported in order. */
	push(pcm: Int16Array): void;
	onActivity(listener: (activity: Activity) => void): void;
	/** Called once when the engines behind it are gone (crash, restart); every later call rejects with `unavailable`. */
	onLost(listener: (error: Error) => void): void;
	/** Decodes the samples [from, to). A `partial` yields to finals and may be dropped: then it resolves to undefined. */
	transcribe(range: {
		from: number;
		to: number;
		partial?: boolean;
		signal?: AbortSignal;
	}): Promise<Transcript | undefined>;
	/** Probability (0 to 1) that the speaker has finished at `to`, having begun at `from`; undefined without a turn model. */
	turnComplete(range: { from: number; to: number; signal?: AbortSignal }): Promise<number | undefined>;
	close(): void;
}

/** A stretch of synthesised speech. `last` marks the end of the utterance. */
export interface SpeechChunk {
	pcm: Int16Array;
	sampleRate: number;
	last: boolean;
}

export interface SpeechVoice {
	id: string;
	engine: string;
	language: string;
	title: string;
}

export interface SpeechStatus {
	stt: string;
	tts: string;
	vad: string;
	turn: string;
	/** Resident bytes of the process the engines live in. */
	residentBytes: number;
}

/** All speech models behind one port: in-process in the voice server, by IPC everywhere else. */
export interface SpeechEngines {
	open(): SpeechStream;
	/** Speaks one sentence; the chunks come as they are made. */
	synthesize(
		text: string,
		options: { voice?: string; speed?: number; signal?: AbortSignal; traceparent?: string },
	): AsyncIterable<SpeechChunk>;
	/** Decodes a whole recording, cut at its silences; start and end of each segment in seconds. */
	transcribeAll(
		pcm: Int16Array,
		signal?: AbortSignal,
	): Promise<{ segments: { start: number; end: number; text: string }[]; model: string }>;
	voices(): Promise<SpeechVoice[]>;
	status(): Promise<SpeechStatus>;
	/** Switches the recogniser between turns: decodes under way finish on the old one. */
	useRecogniser(model: string): Promise<void>;
	close(): Promise<void>;
}

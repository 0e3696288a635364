import type { SpeechChunk, SpeechVoice } from "../../core/contract/index.ts";

/** Turns text into speech; nothing is ever played. */
export interface Synthesiser {
	/** Name of the engine, as in {@link SpeechVoice}. */
	engine: string;
	voices: readonly SpeechVoice[];
	/**
	 * Speaks one sentence, in chunks as they are made; the last one has `last`.
	 * `voice` is one of this engine's ids, `speed` 1 is natural. Ending the iteration or aborting stops the work.
	 */
	synthesize(
		text: string,
		options: { voice: string; speed: number; signal?: AbortSignal },
	): AsyncGenerator<SpeechChunk, void, void>;
	/** Ends what is being made; resolves when nothing computes any more. */
	close(): void | Promise<void>;
}

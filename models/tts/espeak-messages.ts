import type { SpeechChunk } from "../../core/contract/index.ts";

export interface EspeakRequest {
	id: number;
	text: string;
	voice: string;
	/** Words a minute. */
	rate: number;
	/** Set to 1 by the other side to stop this utterance. */
	stop: Int32Array;
}

export type EspeakAnswer = { ready: true } | ({ id: number } & SpeechChunk) | { id: number | undefined; error: string };

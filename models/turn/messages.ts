export interface TurnRequest {
	id: number;
	pcm: Int16Array;
}

/** What the thread is told: to load, to answer, to end. It does one after the other. */
export type TurnMessage = { model: string; threads: number } | TurnRequest | { end: true };

export type TurnAnswer =
	| { ready: true }
	| { id: number; probability: number }
	| { id: number | undefined; error: string };

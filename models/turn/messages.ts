export interface TurnRequest {
	id: number;
	pcm: Int16Array;
}

export type TurnAnswer =
	| { ready: true }
	| { id: number; probability: number }
	| { id: number | undefined; error: string };

import { AiosError, type SpeechChunk } from "../../core/contract/index.ts";

/** Where a synthesiser puts its chunks while someone reads them. */
export interface ChunkQueue {
	push(chunk: SpeechChunk): void;
	fail(error: unknown): void;
	/** Gives the chunks until the last one; ends early, with `cancelled`, when the signal aborts. */
	read(signal?: AbortSignal): AsyncGenerator<SpeechChunk, void, void>;
}

export function createChunkQueue(): ChunkQueue {
	const chunks: SpeechChunk[] = [];
	let error: AiosError | undefined;
	let wake = () => {};

	return {
		push(chunk) {
			chunks.push(chunk);
			wake();
		},
		fail(thrown) {
			error ??= AiosError.from(thrown);
			wake();
		},
		async *read(signal) {
			const abort = () => wake();
			signal?.addEventListener("abort", abort);
			try {
				for (;;) {
					if (signal?.aborted) throw AiosError.from(signal.reason);
					const chunk = chunks.shift();
					if (chunk !== undefined) {
						yield chunk;
						if (chunk.last) return;
					} else if (error !== undefined) {
						throw error;
					} else {
						await new Promise<void>((resolve) => {
							wake = resolve;
						});
					}
				}
			} finally {
				signal?.removeEventListener("abort", abort);
			}
		},
	};
}

import { AiosError } from "../../core/contract/index.ts";
import type { TurnAnswer, TurnMessage } from "./messages.ts";

/** Tells from the sound alone whether a speaker has finished. */
export interface TurnModel {
	name: string;
	/** Probability (0 to 1) that whoever speaks in the last 8 s of this 16 kHz sound has finished. */
	complete(pcm: Int16Array, signal?: AbortSignal): Promise<number>;
	/** Frees the model; resolves when its thread has ended. What is still asked is answered `unavailable`. */
	close(): Promise<void>;
}

interface Waiting {
	pcm: Int16Array;
	signal: AbortSignal | undefined;
	resolve(probability: number): void;
	reject(error: Error): void;
}

/** Waiting questions beyond this are answered `busy`: by then the answer would come too late to be of use. */
const maxWaiting = 32;

/**
 * Smart Turn v3 (Daily, BSD-2-Clause) in a thread of its own, since onnxruntime-node computes on the calling thread.
 * The model file must have been verified. Throws AiosError `missing_part` naming the file when it cannot be loaded.
 */
export async function createSmartTurn(options: { name: string; model: string; threads: number }): Promise<TurnModel> {
	const worker = new Worker(new URL("./worker.ts", import.meta.url));
	const gone = new Promise<void>((resolve) => worker.addEventListener("close", () => resolve()));
	const tell = (message: TurnMessage): void => worker.postMessage(message);
	const queue: Waiting[] = [];
	let running: { id: number; waiting: Waiting } | undefined;
	let lastId = 0;
	let failed: AiosError | undefined;

	const broken = (why: string) =>
		new AiosError("missing_part", `The end-of-turn model ${options.model} cannot be used: ${why}`, {
			spoken: "The end of turn model cannot be used.",
			fix: `Replace the file, or run: aios models pull ${options.name}`,
		});

	const next = (): void => {
		while (running === undefined) {
			const waiting = queue.shift();
			if (waiting === undefined) return;
			if (waiting.signal?.aborted) {
				waiting.reject(AiosError.from(waiting.signal.reason));
				continue;
			}
			running = { id: ++lastId, waiting };
			tell({ id: lastId, pcm: waiting.pcm });
		}
	};

	await new Promise<void>((resolve, reject) => {
		const fail = (why: string) => {
			failed = broken(why);
			for (const waiting of [...(running ? [running.waiting] : []), ...queue.splice(0)]) waiting.reject(failed);
			running = undefined;
			reject(failed);
		};
		worker.onerror = (event) => fail(event.message);
		worker.onmessage = ({ data }: MessageEvent<TurnAnswer>) => {
			if ("ready" in data) return resolve();
			if (data.id === undefined) {
				tell({ end: true });
				return fail("error" in data ? data.error : "");
			}
			if (running?.id !== data.id) return;
			const { waiting } = running;
			running = undefined;
			if ("error" in data) waiting.reject(broken(data.error));
			else waiting.resolve(data.probability);
			next();
		};
		tell({ model: options.model, threads: options.threads });
	});

	return {
		name: options.name,
		complete(pcm, signal) {
			if (failed !== undefined) return Promise.reject(failed);
			if (queue.length >= maxWaiting) {
				return Promise.reject(new AiosError("busy", "Too many people are speaking at once.", { fix: "Try again." }));
			}
			return new Promise((resolve, reject) => {
				queue.push({ pcm, signal, resolve, reject });
				next();
			});
		},
		close() {
			failed = new AiosError("unavailable", "The end-of-turn model was closed.");
			for (const waiting of [...(running ? [running.waiting] : []), ...queue.splice(0)]) waiting.reject(failed);
			running = undefined;
			// A thread that is ended from outside while onnxruntime computes in it takes the whole process with it.
			tell({ end: true });
			return gone;
		},
	};
}

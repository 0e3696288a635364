import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";

export interface Answer {
	/** As text, "8.04672 kilometer". */
	result: string;
	/** The number alone; absent where the answer is not a real number. */
	value?: number;
	unit?: string;
}

export interface Calculator {
	/** Throws `bad_request` for what isn't arithmetic, `timeout` for what takes too long. */
	calculate(expression: string, signal: AbortSignal): Promise<Answer>;
	close(): void;
}

/** Longest one calculation may take, the loading of the library at the first one included. */
const deadlineMs = 8_000;

const answerSchema = z.object({
	id: z.number(),
	error: z.string().optional(),
	answer: z.object({ result: z.string(), value: z.number().optional(), unit: z.string().optional() }).optional(),
});

interface Waiting {
	resolve(answer: Answer): void;
	reject(error: Error): void;
}

/**
 * Calculates in a thread of its own, started at the first use: loading the library takes a moment in which nothing else
 * may stand still, and a calculation that runs wild is ended with its thread.
 */
export function createCalculator(): Calculator {
	let worker: Worker | undefined;
	let lastId = 0;
	const waiting = new Map<number, Waiting>();

	const stop = (error: Error) => {
		worker?.terminate();
		worker = undefined;
		for (const { reject } of waiting.values()) reject(error);
		waiting.clear();
	};

	const start = (): Worker => {
		const started = new Worker(new URL("./calculator-worker.ts", import.meta.url));
		started.onmessage = (event) => {
			const { id, error, answer } = answerSchema.parse(event.data);
			const caller = waiting.get(id);
			waiting.delete(id);
			if (answer !== undefined) caller?.resolve(answer);
			else caller?.reject(new AiosError("bad_request", error ?? "That is not a calculation."));
		};
		started.onerror = (event) => stop(new AiosError("internal", `The calculator stopped: ${event.message}`));
		return started;
	};

	return {
		calculate(expression, signal) {
			worker ??= start();
			const id = ++lastId;
			const { promise, resolve, reject } = Promise.withResolvers<Answer>();
			const tooLong = setTimeout(() => {
				stop(new AiosError("timeout", "That calculation takes too long.", { fix: "Try a smaller one." }));
			}, deadlineMs);
			const abort = () => reject(AiosError.from(signal.reason));
			signal.addEventListener("abort", abort, { once: true });
			waiting.set(id, { resolve, reject });
			worker.postMessage({ id, expression });
			return promise.finally(() => {
				clearTimeout(tooLong);
				signal.removeEventListener("abort", abort);
				waiting.delete(id);
			});
		},
		close: () => stop(new AiosError("unavailable", "The calculator was stopped.")),
	};
}

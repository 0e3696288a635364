import { AiosError } from "../../core/contract/index.ts";

export type DecodeKind = "final" | "partial" | "recording";

export interface DecodeQueue {
	/**
	 * Runs `work` when its turn comes. Finals go first, then partials and pieces of recordings; among equals whoever
	 * was served longest ago. A partial is dropped (undefined) when its owner asks for something newer.
	 * Throws AiosError `busy` when too much is waiting, `cancelled` when the signal aborts before its turn.
	 */
	run<T>(
		job: { owner: object; kind: DecodeKind; signal?: AbortSignal },
		work: () => Promise<T>,
	): Promise<T | undefined>;
	/** Drops what an owner still has waiting. */
	forget(owner: object): void;
	/** Rejects everything that waits, now and later. Resolves when the decode under way is over. */
	close(error: AiosError): Promise<void>;
}

interface Job {
	owner: object;
	kind: DecodeKind;
	start(): Promise<void>;
	drop(): void;
	reject(error: AiosError): void;
}

/** Waiting finals and pieces of recordings, of everyone and of one owner. */
const maxWaiting = 64;
const maxWaitingEach = 8;

/**
 * Decodes are worked off one at a time: each uses every thread, and two at once would both be late. `onDone` is called
 * after each.
 */
export function createDecodeQueue(onDone?: () => void): DecodeQueue {
	let waiting: Job[] = [];
	let running: Promise<void> | undefined;
	let closed: AiosError | undefined;
	let turns = 0;
	/** The turn in which an owner was last served. */
	const served = new WeakMap<object, number>();

	const drop = (unwanted: (job: Job) => boolean): void => {
		const dropped = waiting.filter(unwanted);
		waiting = waiting.filter((job) => !unwanted(job));
		for (const job of dropped) job.drop();
	};

	const next = (): void => {
		if (running !== undefined) return;
		const finals = waiting.filter(({ kind }) => kind === "final");
		const candidates = finals.length > 0 ? finals : waiting;
		const last = (job: Job) => served.get(job.owner) ?? 0;
		const job = candidates.reduce<Job | undefined>(
			(best, candidate) => (best === undefined || last(candidate) < last(best) ? candidate : best),
			undefined,
		);
		if (job === undefined) return;
		waiting = waiting.filter((other) => other !== job);
		served.set(job.owner, ++turns);
		running = job.start().finally(() => {
			running = undefined;
			onDone?.();
			next();
		});
	};

	return {
		run({ owner, kind, signal }, work) {
			if (closed !== undefined) return Promise.reject(closed);
			if (signal?.aborted) return Promise.reject(AiosError.from(signal.reason));
			drop((job) => job.owner === owner && job.kind === "partial");
			if (kind !== "partial") {
				const firm = waiting.filter((job) => job.kind !== "partial");
				if (firm.length >= maxWaiting || firm.filter((job) => job.owner === owner).length >= maxWaitingEach) {
					return Promise.reject(
						new AiosError("busy", "Too many people are speaking at once.", { fix: "Try again in a moment." }),
					);
				}
			}
			return new Promise((resolve, reject) => {
				const abort = () => {
					waiting = waiting.filter((other) => other !== job);
					reject(AiosError.from(signal?.reason));
				};
				const settle = (end: () => void) => {
					signal?.removeEventListener("abort", abort);
					end();
				};
				const job: Job = {
					owner,
					kind,
					start: async () => {
						try {
							const value = await work();
							settle(() => resolve(value));
						} catch (error) {
							settle(() => reject(AiosError.from(error)));
						}
					},
					drop: () => settle(() => resolve(undefined)),
					reject: (error) => settle(() => reject(error)),
				};
				signal?.addEventListener("abort", abort, { once: true });
				waiting.push(job);
				next();
			});
		},
		forget(owner) {
			drop((job) => job.owner === owner);
		},
		async close(error) {
			closed = error;
			for (const job of waiting.splice(0)) job.reject(error);
			await running;
		},
	};
}

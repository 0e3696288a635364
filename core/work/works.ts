import { AiosError, type Progress } from "../contract/index.ts";

/** How long a call waits for work before it answers with a handle: below the minute after which MCP clients give up. */
export const waitMs = 45_000;
/** Finished works remembered of one person. */
const keepFinished = 20;

/** Something long on its way, which goes on when the call that began it has answered. */
export interface Work<Result> {
	id: string;
	/** What it is about, as it was said. */
	source: string;
	/** The last that was told of it. */
	progress: Progress;
	result?: Result;
	error?: AiosError;
	/** Settles when it is done or failed; never rejects. */
	ended: Promise<void>;
	onProgress?: ((update: Progress) => void) | undefined;
	cancel(): void;
}

/** The works of every person, by owner; nobody reaches another's. */
export interface Works<Result> {
	/** Throws `busy` where as many as may be are under way. */
	start(
		owner: string,
		source: string,
		work: (progress: (update: Progress) => void, signal: AbortSignal) => Promise<Result>,
	): Work<Result>;
	/** One by its id, or the last one. Throws `not_found`. */
	get(owner: string, id?: string): Work<Result>;
	/** Stops what is under way. */
	close(): void;
}

interface WorkKind {
	/** In front of the number that makes an id: "d" gives "d1". */
	letter: string;
	/** As errors call it: "download". */
	noun: string;
	/** How many one person may have under way. */
	atOnce: number;
}

export function createWorks<Result>({ letter, noun, atOnce }: WorkKind): Works<Result> {
	const byOwner = new Map<string, Work<Result>[]>();
	let last = 0;
	return {
		start(owner, source, work) {
			const own = byOwner.get(owner) ?? [];
			const running = own.filter((one) => isRunning(one));
			if (running.length >= atOnce) {
				throw new AiosError("busy", `As many ${noun}s as may be are under way already: ${running.length}.`, {
					fix: "Wait for one to end, or cancel one.",
				});
			}
			const controller = new AbortController();
			const started: Work<Result> = {
				id: `${letter}${++last}`,
				source,
				progress: { progress: 0 },
				ended: Promise.resolve(),
				cancel: () => controller.abort(new AiosError("cancelled", `The ${noun} was cancelled.`)),
			};
			const progress = (update: Progress) => {
				started.progress = { ...started.progress, ...update };
				started.onProgress?.(update);
			};
			started.ended = work(progress, controller.signal).then(
				(result) => {
					started.result = result;
				},
				(thrown) => {
					started.error = AiosError.from(thrown);
				},
			);
			const finished = own.filter((one) => !isRunning(one)).slice(-keepFinished);
			byOwner.set(owner, [...finished, ...running, started]);
			return started;
		},
		get(owner, id) {
			const own = byOwner.get(owner) ?? [];
			const found = id === undefined ? own.at(-1) : own.find((one) => one.id === id);
			if (found !== undefined) return found;
			throw new AiosError("not_found", id === undefined ? `There was no ${noun} yet.` : `There is no ${noun} ${id}.`, {
				fix: `The last ${keepFinished} are kept until AIOS stops.`,
			});
		},
		close() {
			for (const own of byOwner.values()) for (const one of own) if (isRunning(one)) one.cancel();
		},
	};
}

export function isRunning({ result, error }: Pick<Work<unknown>, "result" | "error">): boolean {
	return result === undefined && error === undefined;
}

/** Waits for its end, at most `ms`; giving up waiting stops nothing. */
export async function waitFor(work: Work<unknown>, ms: number, signal: AbortSignal): Promise<void> {
	if (!isRunning(work) || ms === 0 || signal.aborted) return;
	let stop = () => {};
	const given = new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, ms);
		stop = () => {
			clearTimeout(timer);
			resolve();
		};
		signal.addEventListener("abort", stop, { once: true });
	});
	await Promise.race([work.ended, given]);
	stop();
	signal.removeEventListener("abort", stop);
}

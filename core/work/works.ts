import { AiosError, type Announcement, abortError, type Progress } from "../contract/index.ts";
import { Output } from "../streams/index.ts";

/** Finished works remembered of one person that somebody has read, and those that nobody has yet. */
const keepRead = 20;
const keepUnread = 100;
/** Characters kept of what one work printed. */
const keepCharacters = 2_000_000;

/** Something long on its way, which goes on when the call that began it has answered. */
export interface Work<Result> {
	id: string;
	/** Which of its server's tools began it, where there are several. */
	kind: string;
	/** What it is about, as it was said. */
	source: string;
	/** The last that was told of it. */
	progress: Progress;
	/** What it printed so far. */
	output: Output;
	result?: Result;
	error?: AiosError;
	/** The person who began it is told aloud when it ends. */
	told: boolean;
	/** Somebody has seen how it ended; set by who answers with it. */
	read: boolean;
	/** Calls that wait for its end at this moment. */
	waiting: number;
	/** Settles when it is done or failed; never rejects. */
	ended: Promise<void>;
	onProgress?: ((update: Progress) => void) | undefined;
	/** Has `words` said when it ends, unless a call waits for it then or it is cancelled. Where nobody can be told: nothing. */
	tell(words: () => string): void;
	cancel(): void;
}

/** What a work is given to do its work with. */
export interface WorkTools {
	progress(update: Progress): void;
	/** Aborted when it is cancelled or has taken too long. */
	signal: AbortSignal;
	write(text: string): void;
}

/** What is to be done, and what is said of it. */
interface Task<Result> {
	/** What it is about, as it was said. */
	source: string;
	kind?: string;
	/** Milliseconds after which it is stopped; as long as it takes where it is left out. */
	longestMs?: number;
	run(tools: WorkTools): Promise<Result>;
}

/** Which of a person's works is meant: the last, where neither is said. */
export interface Wanted {
	id?: string | undefined;
	kind?: string | undefined;
}

/** The works of every person, by owner; nobody reaches another's. */
export interface Works<Result> {
	/** Throws `busy` where as many as may be are under way. */
	start(owner: string, task: Task<Result>): Work<Result>;
	/** One by its id, or the last one, of one kind if it is named. Throws `not_found`. */
	get(owner: string, wanted: Wanted): Work<Result>;
	/** Stops what is under way, and resolves when it has ended. */
	close(): Promise<void>;
}

interface WorkKind {
	/** In front of the number that makes an id: "d" gives "d1". */
	letter: string;
	/** As errors call it: "download". */
	noun: string;
	/** How many one person may have under way. */
	atOnce: number;
	announce?: ((announcement: Announcement) => void) | undefined;
}

export function createWorks<Result>({ letter, noun, atOnce, announce }: WorkKind): Works<Result> {
	const byOwner = new Map<string, Work<Result>[]>();
	let last = 0;
	return {
		start(owner, { source, kind = noun, longestMs, run }) {
			const own = byOwner.get(owner) ?? [];
			const running = own.filter((one) => isRunning(one));
			if (running.length >= atOnce) {
				throw new AiosError("busy", `As many ${noun}s as may be are under way already: ${running.length}.`, {
					fix: "Wait for one to end, or cancel one.",
				});
			}
			const controller = new AbortController();
			let words: (() => string) | undefined;
			const started: Work<Result> = {
				id: `${letter}${++last}`,
				kind,
				source,
				progress: { progress: 0 },
				output: new Output(keepCharacters),
				told: false,
				read: false,
				waiting: 0,
				ended: Promise.resolve(),
				tell(said) {
					if (announce === undefined) return;
					started.told = true;
					words = said;
				},
				cancel() {
					words = undefined;
					controller.abort(new AiosError("cancelled", `The ${noun} was cancelled.`));
				},
			};
			const progress = (update: Progress) => {
				started.progress = { ...started.progress, ...update };
				started.onProgress?.(update);
			};
			const deadline = longestMs === undefined ? undefined : setTimeout(() => controller.abort(late(noun)), longestMs);
			const tools = { progress, signal: controller.signal, write: (text: string) => started.output.append(text) };
			const over = () => {
				clearTimeout(deadline);
				if (words !== undefined && started.waiting === 0) announce?.({ text: words(), kind: "notice", userId: owner });
			};
			started.ended = run(tools).then(
				(result) => {
					started.result = result;
					over();
				},
				(thrown) => {
					started.error = controller.signal.aborted ? abortError(controller.signal) : AiosError.from(thrown);
					over();
				},
			);
			byOwner.set(owner, [...remembered(own), started]);
			return started;
		},
		get(owner, { id, kind }) {
			const own = byOwner.get(owner) ?? [];
			const found = own.findLast(
				(one) => (id === undefined || one.id === id) && (kind === undefined || one.kind === kind),
			);
			if (found !== undefined) return found;
			throw new AiosError("not_found", id === undefined ? `There was no ${noun} yet.` : `There is no ${noun} ${id}.`, {
				fix: `The last ${keepRead} are kept until AIOS stops, longer those nobody has read.`,
			});
		},
		async close() {
			const running = [...byOwner.values()].flat().filter((one) => isRunning(one));
			for (const one of running) one.cancel();
			await Promise.all(running.map(({ ended }) => ended));
		},
	};
}

/** The works that are under way, and of the others the newest, in their order. */
function remembered<Result>(own: readonly Work<Result>[]): Work<Result>[] {
	const finished = own.filter((one) => !isRunning(one));
	const kept = new Set([
		...finished.filter(({ read }) => read).slice(-keepRead),
		...finished.filter(({ read }) => !read).slice(-keepUnread),
	]);
	return own.filter((one) => isRunning(one) || kept.has(one));
}

function late(noun: string): AiosError {
	return new AiosError("timeout", `The ${noun} took too long and was stopped.`);
}

export function isRunning({ result, error }: Pick<Work<unknown>, "result" | "error">): boolean {
	return result === undefined && error === undefined;
}

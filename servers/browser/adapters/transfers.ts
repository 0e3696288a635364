import { AiosError, type Progress } from "../../../core/contract/index.ts";

/** Finished transfers remembered of one person. */
const keepFinished = 20;
/** Transfers one person may have under way. */
const mostAtOnce = 5;

export interface Saved {
	path: string;
	bytes: number;
	url: string;
}

/** A download on its way, which goes on when the call that began it has answered. */
export interface Transfer {
	id: string;
	/** What was asked for, as it was said. */
	source: string;
	received: number;
	/** Bytes in all, where the site says. */
	total?: number;
	saved?: Saved;
	error?: AiosError;
	/** Settles when it is done or failed; never rejects. */
	ended: Promise<void>;
	onProgress?: (update: Progress) => void;
	cancel(): void;
}

/** The downloads of every person, by owner. */
export interface Transfers {
	/** Throws `busy` where as many as may be are under way. */
	start(
		owner: string,
		source: string,
		work: (progress: (update: Progress) => void, signal: AbortSignal) => Promise<Saved>,
	): Transfer;
	/** One by its id, or the last one. Throws `not_found`. */
	get(owner: string, id?: string): Transfer;
	close(): void;
}

export function createTransfers(): Transfers {
	const byOwner = new Map<string, Transfer[]>();
	let last = 0;
	return {
		start(owner, source, work) {
			const own = byOwner.get(owner) ?? [];
			const running = own.filter((one) => isRunning(one));
			if (running.length >= mostAtOnce) {
				throw new AiosError("busy", `${running.length} downloads are under way already.`, {
					fix: "Wait for one to end, or cancel one.",
				});
			}
			const controller = new AbortController();
			const transfer: Transfer = {
				id: `d${++last}`,
				source,
				received: 0,
				ended: Promise.resolve(),
				cancel: () => controller.abort(new AiosError("cancelled", "The download was cancelled.")),
			};
			const progress = (update: Progress) => {
				transfer.received = update.progress;
				if (update.total !== undefined) transfer.total = update.total;
				transfer.onProgress?.(update);
			};
			transfer.ended = work(progress, controller.signal).then(
				(saved) => {
					transfer.saved = saved;
				},
				(thrown) => {
					transfer.error = AiosError.from(thrown);
				},
			);
			const finished = own.filter((one) => !isRunning(one)).slice(-keepFinished);
			byOwner.set(owner, [...finished, ...running, transfer]);
			return transfer;
		},
		get(owner, id) {
			const own = byOwner.get(owner) ?? [];
			const found = id === undefined ? own.at(-1) : own.find((one) => one.id === id);
			if (found !== undefined) return found;
			throw new AiosError("not_found", id === undefined ? "Nothing was downloaded." : `There is no download ${id}.`);
		},
		close() {
			for (const own of byOwner.values()) for (const one of own) if (isRunning(one)) one.cancel();
		},
	};
}

export function isRunning({ saved, error }: Transfer): boolean {
	return saved === undefined && error === undefined;
}

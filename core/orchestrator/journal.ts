import type { Clock, Logger } from "../contract/index.ts";

export interface Journal<Row> {
	/** Keeps a row; resolves when it is on disk. */
	keep(row: Row): Promise<void>;
	/** Keeps a row within a moment; a power cut may take the last moment's rows. */
	note(row: Row): void;
	/** Writes what is waiting. */
	flush(): void;
}

/** How long noted rows wait for others, so that a burst of reads costs one write to disk. */
const gatherMs = 250;
/** So many are written without waiting longer: the event loop is held up for 2 ms and not for as long as the burst was. */
const gatherRows = 500;

/** Groups rows into one transaction: many callers share one wait for the disk. */
export function createJournal<Row>(deps: {
	write(rows: readonly Row[]): void;
	clock: Clock;
	log: Logger;
}): Journal<Row> {
	let rows: Row[] = [];
	let waiting: (() => void)[] = [];
	let scheduled = false;
	let cancel: (() => void) | undefined;

	function flush(): void {
		cancel?.();
		cancel = undefined;
		scheduled = false;
		const [writing, done] = [rows, waiting];
		rows = [];
		waiting = [];
		if (writing.length > 0) {
			try {
				deps.write(writing);
			} catch (error) {
				deps.log.error("the history could not be written", { rows: writing.length, error: String(error) });
			}
		}
		for (const resolve of done) resolve();
	}

	return {
		keep(row) {
			rows.push(row);
			if (!scheduled) {
				scheduled = true;
				setImmediate(flush);
			}
			return new Promise((resolve) => waiting.push(resolve));
		},
		note(row) {
			rows.push(row);
			if (rows.length >= gatherRows) flush();
			else cancel ??= deps.clock.after(gatherMs, flush);
		},
		flush,
	};
}

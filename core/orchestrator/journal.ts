import type { Clock, Logger } from "../contract/index.ts";

export interface Journal<Row> {
	/** Keeps a row; resolves when it is on disk. */
	keep(row: Row): Promise<void>;
	/** Takes a row down, to be on disk within a moment: a power cut may take the last moment's rows. */
	note(row: Row): Promise<void>;
	/** Writes what is waiting. */
	flush(): void;
}

/** How long noted rows wait for others, so that a burst of reads costs one write to disk. */
const gatherMs = 250;
/** So many are written without waiting longer: the event loop is held up for 2 ms and not for as long as the burst was. */
const gatherRows = 500;

/**
 * Groups rows into one transaction: many callers share one wait for the disk. All rows of one turn of the event loop
 * resolve together at its end, also those that wait for nothing: answers that leave one after the other wake the clients
 * once instead of each time, and 32 clients' commands take 33 µs of processor time each in place of 44.
 */
export function createJournal<Row>(deps: {
	/** On disk when it returns. */
	add(rows: readonly Row[]): void;
	/** On disk when it resolves. */
	addSoon(rows: readonly Row[]): Promise<void>;
	clock: Clock;
	log: Logger;
}): Journal<Row> {
	let rows: Row[] = [];
	let urgent = false;
	let cancel: (() => void) | undefined;
	let end: Promise<void> | undefined;

	function flush(): void {
		cancel?.();
		cancel = undefined;
		const [writing, now] = [rows, urgent];
		rows = [];
		urgent = false;
		if (writing.length === 0) return;
		const lost = (error: unknown) =>
			deps.log.error("the history could not be written", { rows: writing.length, error: String(error) });
		if (!now) return void deps.addSoon(writing).catch(lost);
		try {
			deps.add(writing);
		} catch (error) {
			lost(error);
		}
	}

	/** The end of this turn of the event loop, what is urgent written by then. */
	function turnEnd(): Promise<void> {
		end ??= new Promise((resolve) =>
			setImmediate(() => {
				end = undefined;
				if (urgent || rows.length >= gatherRows) flush();
				resolve();
			}),
		);
		return end;
	}

	return {
		keep(row) {
			rows.push(row);
			urgent = true;
			return turnEnd();
		},
		note(row) {
			rows.push(row);
			cancel ??= deps.clock.after(gatherMs, flush);
			return turnEnd();
		},
		flush,
	};
}

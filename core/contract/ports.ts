/** Time as code sees it, so that tests can hold it still. */
export interface Clock {
	now(): Date;
	/** Calls back once after `ms`, however long that is; the returned function takes it back. */
	after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
	now: () => new Date(),
	after(ms, callback) {
		// setTimeout overflows past 2^31 - 1 ms (24.8 days), so long waits are cut into legs.
		const leg = Math.min(Math.max(0, ms), 2_147_483_647);
		let cancelNext: (() => void) | undefined;
		const timer = setTimeout(() => {
			if (ms > leg) cancelNext = systemClock.after(ms - leg, callback);
			else callback();
		}, leg);
		return () => {
			clearTimeout(timer);
			cancelNext?.();
		};
	},
};

/** Structured log; secrets never go in. */
export interface Logger {
	debug(message: string, fields?: Record<string, unknown>): void;
	info(message: string, fields?: Record<string, unknown>): void;
	warn(message: string, fields?: Record<string, unknown>): void;
	error(message: string, fields?: Record<string, unknown>): void;
	child(fields: Record<string, unknown>): Logger;
}

export const silentLogger: Logger = {
	debug() {},
	info() {},
	warn() {},
	error() {},
	child: () => silentLogger,
};

import type { Clock } from "../contract/index.ts";

/** Failures in a row that open it. */
const failuresToOpen = 5;
/** Milliseconds it stays open before one trial; doubled with every failed trial, up to {@link longestOpenMs}. */
const openMs = 2_000;
const longestOpenMs = 60_000;

export type BreakerState = "closed" | "open" | "half-open";

/**
 * A circuit breaker (Nygard, "Release It!"): after failures in a row calls are refused at once; after a while a single
 * trial call decides whether it closes again.
 */
export interface Breaker {
	state(): BreakerState;
	/** Whether a call may go through now; in the half-open state the first to ask is the trial. */
	allows(): boolean;
	/** A call is on its way; call after {@link allows} where it is really made. */
	began(): void;
	succeeded(): void;
	failed(): void;
	/** Failures in a row so far. */
	failures(): number;
	/** Forgets everything: the replica was started anew. */
	reset(): void;
}

export function createBreaker({ clock }: { clock: Clock }): Breaker {
	let failures = 0;
	let openedAt = 0;
	let wait = openMs;
	let trialSince: number | undefined;

	const now = () => clock.now().getTime();
	const state = (): BreakerState => {
		if (failures < failuresToOpen) return "closed";
		return within(openedAt, wait) ? "open" : "half-open";
	};
	/** Whether less than `ms` have passed; a clock that was set back counts as if they had, or it would stay shut. */
	const within = (since: number, ms: number) => {
		const passed = now() - since;
		return passed >= 0 && passed < ms;
	};
	/** A trial that never reported back must not keep it shut for ever. */
	const trialRunning = () => trialSince !== undefined && within(trialSince, longestOpenMs);
	const reset = () => {
		failures = 0;
		wait = openMs;
		trialSince = undefined;
	};

	return {
		state,
		allows: () => state() === "closed" || (state() === "half-open" && !trialRunning()),
		began() {
			if (state() === "half-open") trialSince = now();
		},
		succeeded: reset,
		failed() {
			failures += 1;
			if (failures < failuresToOpen) return;
			if (trialSince !== undefined) wait = Math.min(wait * 2, longestOpenMs);
			trialSince = undefined;
			openedAt = now();
		},
		failures: () => failures,
		reset,
	};
}

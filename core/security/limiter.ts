import { AiosError, type Clock } from "../contract/index.ts";

export interface Limiter {
	/** Takes one from the key's allowance. Throws `rate_limited` with the seconds to wait. */
	take(key: string): void;
	/** Fills the key's allowance again. */
	clear(key: string): void;
}

/** Keys remembered at most; beyond it the fullest, so the least interesting, are forgotten first. */
const capacity = 10_000;

/** A token bucket for each key: `burst` at once, refilled at `burst` in `perMs` milliseconds. */
export function createLimiter({ burst, perMs, clock }: { burst: number; perMs: number; clock: Clock }): Limiter {
	const buckets = new Map<string, { left: number; at: number }>();
	const rate = burst / perMs;
	return {
		take(key) {
			const now = clock.now().getTime();
			const bucket = buckets.get(key) ?? { left: burst, at: now };
			// Where the clock was set back, time is counted from there on.
			bucket.at = Math.min(bucket.at, now);
			const left = Math.min(burst, bucket.left + (now - bucket.at) * rate);
			if (left < 1) {
				const seconds = Math.ceil((1 - left) / rate / 1000);
				throw new AiosError("rate_limited", `Too many in so short a time. Try again in ${seconds} s.`, {
					details: { retry_after_s: seconds },
				});
			}
			buckets.delete(key);
			buckets.set(key, { left: left - 1, at: now });
			if (buckets.size > capacity) {
				const oldest = buckets.keys().next().value;
				if (oldest !== undefined) buckets.delete(oldest);
			}
		},
		clear(key) {
			buckets.delete(key);
		},
	};
}

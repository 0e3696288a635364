/** What balancing looks at in a replica. */
export interface Candidate {
	/** Calls on their way now. */
	outstanding: number;
	/** Peak EWMA of the latency in milliseconds; 0 before the first answer. */
	latencyMs: number;
}

/** Chooses one of at least one candidate. */
export type Balancer = <C extends Candidate>(candidates: readonly [C, ...C[]]) => C;

export type BalancerName = "peak-ewma" | "round-robin" | "least-outstanding";

/** Makes a balancer. `random` gives numbers in [0, 1). */
export function createBalancer(name: BalancerName, random: () => number = Math.random): Balancer {
	if (name === "round-robin") {
		let turn = 0;
		return (candidates) => candidates[turn++ % candidates.length] ?? candidates[0];
	}
	if (name === "least-outstanding") return (candidates) => least(candidates, ({ outstanding }) => outstanding);
	// Two random choices, the cheaper taken: nearly as even as asking all, without everyone rushing to one (Mitzenmacher 2001).
	return (candidates) => {
		if (candidates.length === 1) return candidates[0];
		const first = Math.floor(random() * candidates.length);
		const second = (first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length;
		const [one, other] = [candidates[first] ?? candidates[0], candidates[second] ?? candidates[0]];
		return cost(other) < cost(one) * alike ? other : one;
	};
}

/** Costs this near to each other are the same: the difference is chance, and alike replicas share the work. */
const alike = 0.75;

/** One call finds out how fast an untried replica is; until it answers, others go elsewhere. */
const untriedPenaltyMs = 1e9;

/** Latency times queue, as in Finagle's peak EWMA. */
function cost({ latencyMs, outstanding }: Candidate): number {
	if (latencyMs > 0) return latencyMs * (outstanding + 1);
	return outstanding === 0 ? 0 : untriedPenaltyMs + outstanding;
}

function least<C extends Candidate>(candidates: readonly [C, ...C[]], by: (candidate: C) => number): C {
	return candidates.reduce((best, candidate) => (by(candidate) < by(best) ? candidate : best), candidates[0]);
}

/** Milliseconds over which an old latency loses 63 % of its weight. */
const decayMs = 10_000;

/**
 * Peak EWMA: a higher latency counts at once, a lower one only as time passes.
 * `elapsedMs` is the time since the last update.
 */
export function peakEwma(current: number, sample: number, elapsedMs: number): number {
	if (sample >= current) return sample;
	const weight = Math.exp(-elapsedMs / decayMs);
	return current * weight + sample * (1 - weight);
}

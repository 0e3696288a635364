import type { Arm } from "./arms.ts";
import type { LoadResult } from "./load-process.ts";
import { putLoad } from "./processes.ts";

const warmMs = 500;
const ms = 1_500;

export interface Measured {
	name: string;
	one: LoadResult;
	many: LoadResult;
}

/** Runs every arm with 1 client and with 32, round after round, so that a busy moment hits all; gives the medians. */
export async function measure(arms: readonly Arm[], rounds: number): Promise<Measured[]> {
	const results = arms.map(() => ({ one: [] as LoadResult[], many: [] as LoadResult[] }));
	for (let round = 0; round < rounds; round++) {
		for (const [index, { order }] of arms.entries()) {
			results[index]?.one.push(await putLoad({ ...order, clients: 1, warmMs, ms }));
			results[index]?.many.push(await putLoad({ ...order, clients: 32, warmMs, ms }));
		}
	}
	return arms.map(({ name }, index) => ({
		name,
		one: medians(results[index]?.one ?? []),
		many: medians(results[index]?.many ?? []),
	}));
}

function medians(results: readonly LoadResult[]): LoadResult {
	return {
		perSecond: median(results.map(({ perSecond }) => perSecond)),
		p50: median(results.map(({ p50 }) => p50)),
		p99: median(results.map(({ p99 }) => p99)),
	};
}

export function median(values: readonly number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Prints rows side by side; the ratios are to the first row's requests per second. */
export function print(title: string, rows: readonly Measured[]): void {
	const [reference] = rows;
	console.log(`\n${title}\n`);
	console.table(
		Object.fromEntries(
			rows.map(({ name, one, many }) => [
				name,
				{
					"1: per s": Math.round(one.perSecond),
					"1: p50 ms": one.p50.toFixed(3),
					"1: p99 ms": one.p99.toFixed(3),
					"32: per s": Math.round(many.perSecond),
					"32: p50 ms": many.p50.toFixed(3),
					"32: p99 ms": many.p99.toFixed(3),
					"32: ratio": reference === undefined ? "" : `${(many.perSecond / reference.many.perSecond).toFixed(2)} ×`,
				},
			]),
		),
	);
}

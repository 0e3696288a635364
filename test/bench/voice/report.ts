import type { LoopResult, LoopTimes, Memory, Percentiles } from "./loop.ts";

/** Servers without which nothing is said. */
const needed = ["main", "voice", "system"];

/** The result beside what the product promises; a ratio below 1 keeps the promise. */
export function printLoop(result: LoopResult): void {
	const { stt, commands, cut, disturbed, undisturbed } = result;
	console.log(`${stt}: ${commands} commands, ${cut.length} cut off or lost`);
	if (cut.length > 0) console.log(`cut off or lost: ${cut.join(", ")}`);
	const finalTarget = stt.startsWith("moonshine") ? 150 : 250;
	const row = ([p50, p95]: Percentiles, most?: number, most95?: number) => ({
		"p50, ms": Math.round(p50),
		"p95, ms": Math.round(p95),
		"promised p50 / p95": most === undefined ? "" : `${most}${most95 === undefined ? "" : ` / ${most95}`}`,
		"ratio p50 / p95":
			most === undefined
				? ""
				: `${(p50 / most).toFixed(2)} ×${most95 === undefined ? "" : ` / ${(p95 / most95).toFixed(2)} ×`}`,
	});
	const times = ({ endpoint, final, finalFromSpeech, firstSound }: LoopTimes) =>
		console.table({
			"end of speech → end of turn decided": row(endpoint),
			"decision → final text": row(final, finalTarget),
			"end of speech → final text": row(finalFromSpeech),
			"end of speech → first sound of the answer": row(firstSound, 600, 1000),
		});
	times(result);
	if (disturbed > 0) {
		console.log(`other programs took part of the machine during ${disturbed} of them; without these:`);
		times(undisturbed);
	}
	console.log(`event-loop delay of the main process, p99: ${result.loopDelayP99.toFixed(1)} ms (promised 20 ms)`);
	const mb = (bytes: number) => Math.round(bytes / 2 ** 20);
	const all = Object.entries(result.memory);
	const total = (name: string, counted: typeof all) => {
		const sum = (kind: keyof Memory) => counted.reduce((bytes, [, memory]) => bytes + memory[kind], 0);
		return [name, { resident: sum("resident"), proportional: sum("proportional") }] as const;
	};
	const sums = [
		total(
			needed.join(" + "),
			all.filter(([name]) => needed.includes(name)),
		),
		total("all", all),
	];
	console.table(
		Object.fromEntries(
			[...all, ...sums].map(([name, { resident, proportional }]) => [
				name,
				{ "resident, MB": mb(resident), "each page once, MB": mb(proportional) },
			]),
		),
	);
}

import { samplesOf as soundOf } from "../../e2e/harness/sound.ts";
import { realEngines, realUnderstander, recordings } from "../../voice/real/engines.ts";
import { type FoundTurn, turnsIn } from "../../voice/real/turns.ts";
import { commands, percentiles } from "./loop.ts";

/** How sure the turn model must be, the first time it is asked, to be counted as sure at once. */
const sure = 0.9;

/**
 * The silence after which a turn is over, in the sound's own time: what is left when neither the machine's speed nor its
 * load counts. By what the words are, of everyday commands and of recordings of people.
 */
export async function printEndings(stt: string): Promise<void> {
	const engines = await realEngines(stt);
	const understander = realUnderstander();
	const said = [
		...commands.map((say) => ({ name: say, pcm: untilSilence(soundOf([{ say }])) })),
		...recordings("speech"),
		...recordings("commands"),
	];
	const cut: string[] = [];
	const found = new Map<string, FoundTurn[]>();
	try {
		for (const [i, { name, pcm }] of said.entries()) {
			const turns = await turnsIn(engines, pcm, understander);
			process.stderr.write(`${stt} endings ${i + 1}/${said.length} ${name.slice(0, 40)}\n`);
			if (turns.length !== 1) cut.push(name);
			for (const turn of turns) {
				const sense = turn.sense ?? "not understood";
				found.set(sense, [...(found.get(sense) ?? []), turn]);
				found.set("all", [...(found.get("all") ?? []), turn]);
			}
		}
	} finally {
		await engines.remove();
	}
	console.log(`${stt}: ${said.length} recordings, ${cut.length} cut off or lost ${cut.join(", ")}`);
	const rows = [...found].sort(([, a], [, b]) => a.length - b.length);
	console.table(
		Object.fromEntries(
			rows.map(([sense, turns]) => {
				const waits = turns.map(({ waitedMs }) => waitedMs);
				const [p50, p95] = percentiles(waits);
				return [
					`words that are: ${sense}`,
					{
						turns: turns.length,
						"silence p50, ms": p50,
						p95,
						longest: Math.max(...waits),
						"turn model sure at once": turns.filter(({ asked }) => (asked[0]?.complete ?? 0) >= sure).length,
					},
				];
			}),
		),
	);
}

/** A synthetic voice adds silence of its own behind its words. */
function untilSilence(pcm: Int16Array): Int16Array {
	return pcm.subarray(0, pcm.findLastIndex((sample) => Math.abs(sample) >= 200) + 1);
}

import { printEndings } from "./voice/endings.ts";
import { benchVoiceLoop } from "./voice/loop.ts";
import { presentOf, voiceBenchOptions } from "./voice/options.ts";
import { partsTable } from "./voice/parts.ts";
import { peerRows } from "./voice/peers.ts";
import { recogniserRows } from "./voice/recognisers.ts";
import { printLoop } from "./voice/report.ts";

/**
 * `npm run bench -- voice`: the recognisers of this machine and their peers on the same human speech, the parts around
 * them, the silence that ends a turn, then the whole loop in real time (that alone: `npm run bench -- voice-loop`).
 */
const options = voiceBenchOptions("voice");
console.log("Recognisers: word error rate and time, median of 3 runs over the same recordings\n");
const { rows, notRun } = await recogniserRows();
const peers = await peerRows();
const reference = peers.rows[0] ?? rows[0];
console.table(
	Object.fromEntries(
		[...rows, ...peers.rows].map((row) => [
			row.name,
			{
				"word errors": `${(row.wordErrorRate * 100).toFixed(1)} %`,
				"real-time factor": row.realTimeFactor.toFixed(3),
				[`time, ratio to ${reference?.name.split(",")[0]}`]:
					reference === undefined ? "" : `${(row.realTimeFactor / reference.realTimeFactor).toFixed(2)} ×`,
				"3 s": `${row.shortMs.toFixed(0)} ms`,
				"11 s": `${row.longMs.toFixed(0)} ms`,
				memory: row.residentMb === undefined ? "" : `${row.residentMb.toFixed(0)} MB`,
			},
		]),
	),
);
for (const line of [...notRun, ...peers.notRun]) console.log(`not run: ${line}`);
console.log("\nParts\n");
console.table(await partsTable());
const looped = await presentOf(options.recognisers);
console.log("\nThe silence that ends a turn, in the sound's own time\n");
for (const name of looped) await printEndings(name);
console.log("\nThe whole loop, in real time\n");
for (const name of looped) printLoop(await benchVoiceLoop(name, options.turns));
process.exit(0);

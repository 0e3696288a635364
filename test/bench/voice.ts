import { partsTable } from "./voice/parts.ts";
import { peerRows } from "./voice/peers.ts";
import { recogniserRows } from "./voice/recognisers.ts";
import { benchVoiceLoop, printLoop } from "./voice-loop.ts";

/**
 * `npm run bench -- voice`: the recognisers of this machine and their peers on the same human speech, the parts around
 * them, then the whole loop in real time (that alone: `npm run bench -- voice-loop moonshine-base`).
 */
const looped = new Map([
	["moonshine-base", 40],
	["whisper-tiny.en", 10],
]);
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
console.log("\nThe whole loop, in real time\n");
for (const { name } of rows) {
	const people = looped.get(name);
	if (people !== undefined) printLoop(await benchVoiceLoop(name, people));
}
process.exit(0);

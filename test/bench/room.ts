import { loadavg } from "node:os";
import { chromium } from "../e2e/harness/browser.ts";
import { recordings } from "../voice/real/engines.ts";
import { hasPulse } from "./room/devices.ts";
import { type Outcome, openPageInRoom } from "./room/page.ts";

/**
 * `npm run bench -- room [TRIALS] [FIRST]`: the product and its page in a real Chromium whose loudspeaker and microphone
 * stand in a simulated room, so that the browser's own echo canceller stands between: what it leaves of the assistant's
 * voice, how often that interrupts it, and how long a person who speaks over the first answer waits until it is silent
 * at the loudspeaker. In real time, some 9 s a trial, every second with a person; best on a quiet machine.
 */
const trials = Number(process.argv[2] ?? 24);
const first = Number(process.argv[3] ?? 1);
const people = [...recordings("speech"), ...recordings("commands")];
if (!hasPulse || chromium === undefined) {
	console.log("PulseAudio (pulseaudio, pactl, parec) and Chromium are needed.");
	process.exit(1);
}

const room = await openPageInRoom();
const outcomes: Outcome[] = [];
try {
	for (let seed = first; seed < first + trials; seed += 1) {
		const person = seed % 2 === 0 ? people[(seed >> 1) % people.length] : undefined;
		const outcome = await room.answer(seed, person);
		console.log(JSON.stringify(outcome));
		outcomes.push(outcome);
	}
} finally {
	await room.close();
}

const spoke = outcomes.filter(({ kind }) => kind !== "silent");
const early = spoke.filter(({ kind }) => kind === "itself");
console.log(`interrupted itself in ${early.length} of ${spoke.length} rooms, load ${loadavg()[0]?.toFixed(1)}`);

const left = spoke.filter(({ kind }) => kind === "alone").map(({ lossDb }) => lossDb ?? []);
const median = (values: readonly number[], share = 0.5) =>
	values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)];
const loss = Array.from({ length: 6 }, (_, i) => left.map((each) => each[i] ?? 0));
console.log("echo return loss by the half second of the first answer, dB:");
console.table(loss.map((values, i) => ({ from: `${i / 2} s`, p10: median(values, 0.1), p50: median(values) })));

const over = spoke.filter(({ kind }) => kind === "person");
const row = (within: Outcome[]) => {
	const silent = within.map(({ silentMs }) => silentMs ?? Number.POSITIVE_INFINITY);
	const told = within.map(({ toldMs }) => toldMs ?? Number.POSITIVE_INFINITY);
	const soon = (values: number[]) => `${values.filter((ms) => ms <= 200).length} of ${values.length}`;
	return {
		"page told, p50": median(told),
		"within 200 ms": soon(told),
		"silent, p50": median(silent),
		p90: median(silent, 0.9),
		"silent within 200 ms": soon(silent),
	};
};
console.table({
	"louder than the echo": row(over.filter(({ louderDb = 0 }) => louderDb >= 0)),
	"of them after 1.5 s": row(over.filter(({ louderDb = 0, afterMs = 0 }) => louderDb >= 0 && afterMs >= 1500)),
	softer: row(over.filter(({ louderDb = 0 }) => louderDb < 0)),
});
process.exit(0);

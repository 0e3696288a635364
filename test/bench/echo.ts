import { loadavg } from "node:os";
import { openDetector } from "../voice/real/detector.ts";
import { recordings } from "../voice/real/engines.ts";
import { hearScene, silencedAt, someAnswers } from "./voice/rooms.ts";
import { alone, over, startMs, withHeadphones } from "./voice/scenes.ts";

/**
 * `npm run bench -- echo [ROOMS]`: how often the assistant interrupts itself in simulated rooms, and how long a person
 * who speaks over it waits; in time of sound, so that the machine's speed plays no part.
 */
const rooms = Number(process.argv[2] ?? 800);
const answers = await someAnswers();
const people = [...recordings("speech"), ...recordings("commands")];
const vad = await openDetector();

const itself: string[] = [];
let spent = 0;
let chunks = 0;
for (let seed = 1; seed <= rooms; seed += 1) {
	const scene = await hearScene(alone(seed, answers), vad);
	const began = performance.now();
	const at = silencedAt(scene);
	spent += performance.now() - began;
	chunks += Math.min(at, scene.microphone.length / 16) / 20;
	if (at < Number.POSITIVE_INFINITY) itself.push(`${JSON.stringify(scene.shape)} after ${at - startMs} ms`);
}
console.log(`interrupted itself in ${itself.length} of ${rooms} rooms`);
for (const room of itself) console.log(`  ${room}`);
console.log(`${((spent * 1000) / chunks).toFixed(0)} µs for 20 ms of sound, load ${loadavg()[0]?.toFixed(1)}`);

const waits: { ms: number; louder: number }[] = [];
for (let seed = 1; seed <= rooms && people.length > 0; seed += 1) {
	const { scene, voicedAt, louder } = over(seed, answers, people);
	waits.push({ ms: silencedAt(await hearScene(scene, vad)) - voicedAt, louder });
}
const row = (within: typeof waits) => {
	const sorted = within.map(({ ms }) => ms).toSorted((a, b) => a - b);
	const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)];
	const soon = (limit: number) => `${((100 * sorted.filter((ms) => ms <= limit).length) / sorted.length).toFixed(1)} %`;
	return {
		people: sorted.length,
		"before they spoke": sorted.filter((ms) => ms < 0).length,
		"p50, ms": at(0.5),
		"p90, ms": at(0.9),
		"within 200 ms": soon(200),
		"within 500 ms": soon(500),
		never: sorted.filter((ms) => ms === Number.POSITIVE_INFINITY).length,
	};
};
console.table({
	"louder than the echo by 10 dB": row(waits.filter(({ louder }) => louder >= 10)),
	"by 0 to 10 dB": row(waits.filter(({ louder }) => louder >= 0 && louder < 10)),
	"softer than the echo": row(waits.filter(({ louder }) => louder < 0)),
});

const alike: { name: string; ms: number }[] = [];
for (const person of people) {
	const { scene, voicedAt } = withHeadphones(person.pcm, answers);
	alike.push({ name: person.name, ms: silencedAt(await hearScene(scene, vad)) - voicedAt });
}
alike.sort((a, b) => a.ms - b.ms);
console.log(
	`by headphones, ${alike.length} recordings of people: median ${alike[alike.length >> 1]?.ms} ms, ` +
		`${alike.filter(({ ms }) => ms <= 200).length} within 200 ms, slowest ${JSON.stringify(alike.at(-1))}`,
);
await vad.close();
process.exit(0);

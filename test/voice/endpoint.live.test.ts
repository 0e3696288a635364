import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { samplesOf as soundOf, voice } from "../e2e/harness/sound.ts";
import { joinPcm, silence } from "./fakes/engines.ts";
import { hasTurnModel, type RealEngines, realEngines, realUnderstander, recordings } from "./real/engines.ts";
import { type FoundTurn, turnsIn } from "./real/turns.ts";

const understander = realUnderstander();
const people = [...recordings("speech"), ...recordings("commands")];

describe.skipIf(!hasTurnModel)("with the turn model", () => {
	let engines: RealEngines;
	beforeAll(async () => {
		engines = await realEngines();
	});
	afterAll(() => engines.remove());

	test.skipIf(people.length === 0)(
		"nobody in the recordings is cut off, and most turns end fast",
		{ timeout: 400_000 },
		async () => {
			const found: { name: string; turns: FoundTurn[] }[] = [];
			for (const { name, pcm } of people) found.push({ name, turns: await turnsIn(engines, pcm, understander) });
			const cut = found.filter(({ turns }) => turns.length !== 1).map(({ name, turns }) => ({ name, turns }));
			expect(cut).toEqual([]);
			const waited = found.flatMap(({ turns }) => turns.map(({ waitedMs }) => waitedMs)).sort((a, b) => a - b);
			expect(waited[waited.length >> 1]).toBeLessThanOrEqual(400);
		},
	);

	const pauses = [
		["set a timer for", "ten minutes"],
		["remind me to", "call the plumber tomorrow"],
		["add milk", "and eggs to my shopping list"],
	] as const;
	test.skipIf(voice === undefined).each(pauses)(
		"'%s … %s' with 1.2 s of thinking between is one turn",
		async (before, after) => {
			const sound = joinPcm(
				untilSilence(soundOf([{ say: before }])),
				silence(1200),
				fromSound(soundOf([{ say: after }])),
			);
			const turns = await turnsIn(engines, sound, understander);
			expect(turns).toHaveLength(1);
		},
	);

	const jfk = people.find(({ name }) => name === "jfk.wav");
	test.skipIf(jfk === undefined)("a person's pause of 1.2 s in mid-sentence is not the end", async () => {
		// The pause before "ask what you can do for your country", stretched.
		const at = 16_000 * 7.9;
		const sound = jfk?.pcm ?? new Int16Array(0);
		const turns = await turnsIn(
			engines,
			joinPcm(sound.subarray(0, at), silence(600), sound.subarray(at)),
			understander,
		);
		expect(turns).toHaveLength(1);
	});

	test.skipIf(jfk === undefined)("nor is his first one, made longer by 250 ms of gaps in the sound", async () => {
		// "And so, my fellow Americans … ask not": the turn model is sure there that it is the end.
		const at = 16_000 * 2.4;
		const sound = jfk?.pcm ?? new Int16Array(0);
		const longer = joinPcm(sound.subarray(0, at), silence(250), sound.subarray(at));
		expect(await turnsIn(engines, longer, understander)).toHaveLength(1);
	});

	const short = ["what time is it", "list my timers", "set a timer for five minutes", "help"];
	test.skipIf(voice === undefined).each(short)("'%s' is over within half a second of silence", async (say) => {
		const [turn, ...more] = await turnsIn(engines, untilSilence(soundOf([{ say }])), understander);
		expect(more).toEqual([]);
		expect(turn?.waitedMs).toBeLessThanOrEqual(500);
	});
});

/** A synthetic voice adds silence of its own behind its words. */
function untilSilence(pcm: Int16Array): Int16Array {
	let end = pcm.length;
	while (end > 0 && Math.abs(pcm[end - 1] ?? 0) < 200) end -= 1;
	return pcm.subarray(0, end);
}

function fromSound(pcm: Int16Array): Int16Array {
	const start = pcm.findIndex((sample) => Math.abs(sample) >= 200);
	return pcm.subarray(Math.max(0, start));
}

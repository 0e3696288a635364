import { sampleRate } from "../../../core/contract/index.ts";
import { type RoomShape, randomOf } from "../../fixtures/room.ts";
import { firstVoiced } from "../../fixtures/speech-audio.ts";
import { type Answer, msOf, type Scene } from "./rooms.ts";

/** When the first answer begins: the microphone hears the room before. */
export const startMs = 600;

/** Any room: from a headset that leaks to a loudspeaker beside the microphone, from a closet to a hall. */
function anyShape(seed: number): RoomShape {
	const random = randomOf(seed);
	const between = (low: number, high: number) => low + (high - low) * random();
	return {
		delayMs: between(0, 800),
		gain: 10 ** (between(-34, 2) / 20),
		reverbMs: between(80, 700),
		wet: between(0.1, 1.2),
		noise: 10 ** (between(-80, -50) / 20),
		drive: random() < 0.3 ? between(0.2, 2) : 0,
		lowHz: between(0, 400),
		highHz: between(3500, 7500),
		...(random() < 0.25 ? { canceller: { afterMs: between(150, 1500), leaves: between(0.02, 0.3) } } : {}),
		seed,
	};
}

/** Two answers, the second perhaps after another delay. */
export function alone(seed: number, answers: readonly Answer[]): Scene {
	const random = randomOf(seed * 7 + 1);
	const pick = () => answers[Math.floor(random() * answers.length)] as Answer;
	const shape = anyShape(seed);
	const [first, second] = [pick(), pick()];
	const other = random() < 0.3 ? Math.max(0, Math.min(800, shape.delayMs + 300 * (random() - 0.5))) : shape.delayMs;
	return {
		shape,
		answers: [
			{ answer: first, atMs: startMs, delayMs: shape.delayMs },
			{ answer: second, atMs: Math.round(startMs + msOf(first) + 900), delayMs: other },
		],
		jitterMs: random() < 0.5 ? 0 : 40 * random(),
	};
}

/** A person over an answer; `voicedAt` is when they begin. */
export function over(seed: number, answers: readonly Answer[], people: readonly { pcm: Int16Array }[]) {
	const random = randomOf(seed * 13 + 5);
	const answer = answers[Math.floor(random() * answers.length)] as Answer;
	const person = people[seed % people.length]?.pcm ?? new Int16Array(0);
	const shape = anyShape(seed + 5000);
	const { pcm, leadMs } = fromBreath(person);
	const voicedAt = Math.round((startMs + 200 + 2800 * random()) / 20) * 20;
	const scene: Scene = {
		shape,
		answers: [{ answer, atMs: startMs, delayMs: shape.delayMs }],
		person: { pcm, atMs: voicedAt - leadMs },
		jitterMs: random() < 0.5 ? 0 : 40 * random(),
	};
	return { scene, voicedAt, louder: louderBy(person, answer, shape) };
}

/** A person over an answer that does not come back, after 1.5 s of it. */
export function withHeadphones(person: Int16Array, answers: readonly Answer[]) {
	const answer = answers[0] as Answer;
	const { pcm, leadMs } = fromBreath(person);
	const voicedAt = startMs + 1500;
	const shape: RoomShape = { delayMs: 0, gain: 0 };
	const said = { pcm, atMs: voicedAt - leadMs };
	return { scene: { shape, answers: [{ answer, atMs: startMs, delayMs: 0 }], person: said, jitterMs: 0 }, voicedAt };
}

/** A recording from 300 ms before its voice begins, or less, where it begins sooner. */
export function fromBreath(person: Int16Array): { pcm: Int16Array; leadMs: number } {
	const begins = firstVoiced(person);
	const lead = Math.min(begins, (300 * sampleRate) / 1000);
	return { pcm: person.subarray(begins - lead), leadMs: (lead * 1000) / sampleRate };
}

/** How much louder the person is than the echo, in decibels, both at their usual loudness. */
function louderBy(person: Int16Array, answer: Answer, { gain }: RoomShape): number {
	return 20 * Math.log10(loudness(person) / (gain * loudness(answer.pcm)));
}

/** Root mean square of the louder half, in pieces of 20 ms. */
function loudness(pcm: Int16Array): number {
	const powers = Array.from({ length: Math.floor(pcm.length / 320) }, (_, i) =>
		pcm.subarray(i * 320, (i + 1) * 320).reduce((sum, sample) => sum + sample ** 2, 0),
	).toSorted((a, b) => b - a);
	const loud = powers.slice(0, Math.ceil(powers.length / 2));
	return Math.sqrt(loud.reduce((sum, power) => sum + power, 0) / loud.length / 320);
}

import { sampleRate, windowSamples } from "../../../core/contract/index.ts";
import { createAttention } from "../../../core/voice/attention.ts";
import type { Vad } from "../../../models/vad/index.ts";
import { samplesOf, voice } from "../../e2e/harness/sound.ts";
import { createRoom, type RoomShape, randomOf } from "../../fixtures/room.ts";
import { type SpokenSound, spokenByEspeak } from "../../voice/real/detector.ts";

/** Sound of the assistant, as it is sent. */
export interface Answer {
	text: string;
	pcm: Int16Array;
	sampleRate: number;
}

/** What is said in a room: answers by when they begin, and a person over the last one. */
export interface Scene {
	shape: RoomShape;
	answers: { answer: Answer; atMs: number; delayMs: number }[];
	person?: { pcm: Int16Array; atMs: number };
	/** Most by which the network holds a chunk of the microphone back, in milliseconds. */
	jitterMs: number;
}

/** A scene as the microphone heard it, with the voice detector's word on it. */
export interface HeardScene extends Scene {
	microphone: Int16Array;
	speech: Float32Array;
}

const chunkMs = 20;
const chunk = (sampleRate * chunkMs) / 1000;

/** How the assistant sends its sound: pieces of 250 ms, 1.5 s ahead (core/voice/speak.ts). */
const pieceMs = 250;
const leadMs = 1500;

const sentences = [
	"The weather will be cloudy in the morning, with some rain at noon. In the afternoon the sun comes out.",
	"It is five minutes past three in the afternoon here, and just after nine in the evening in Tokyo today.",
	"You have four reminders for tomorrow: call Anna at five, water the plants, buy some milk, and go to bed early.",
	"I found three sea otters. The first result is an article about how they hold hands while they are sleeping.",
	"This sends Ben a message that says, I am late, please start without me, and keep a piece of cake. Shall I?",
];

/** The assistant's sentences in voices it has. */
export async function someAnswers(): Promise<Answer[]> {
	const spoken = sentences.flatMap((text, i) => [
		{ text, voice: "espeak-en-us", speed: i === 3 ? 1.3 : 1 },
		{ text, voice: i % 2 === 0 ? "espeak-en-gb" : "espeak-de" },
	]);
	const sounds = await spokenByEspeak(spoken);
	const answers = spoken.flatMap(({ text }, i) => ({ text, ...(sounds[i] as SpokenSound) }));
	const others = voice === undefined ? [] : sentences;
	return [...answers, ...others.map((text) => ({ text, pcm: samplesOf([{ say: text }]), sampleRate }))];
}

/** What the microphone hears of a scene. */
export async function hearScene(scene: Scene, vad: Vad): Promise<HeardScene> {
	const { shape, answers, person } = scene;
	const room = createRoom(shape);
	const ends = answers.map(({ answer, atMs }) => atMs + msOf(answer));
	const endMs = Math.max(...ends, (person?.atMs ?? 0) + 1000) + (person === undefined ? 1500 : 0);
	const microphone = new Int16Array(Math.ceil(endMs / chunkMs) * chunk);
	const played = new Int16Array(microphone.length);
	for (const { answer, atMs } of answers) played.set(at16k(answer), atMs * 16);
	for (let from = 0; from < microphone.length; from += chunk) {
		const ms = from / 16;
		const now = answers.findLast(({ atMs }) => atMs <= ms);
		if (now !== undefined) room.delay(now.delayMs);
		const said = person === undefined ? [] : person.pcm.subarray(Math.max(0, from - person.atMs * 16));
		const begun = person !== undefined && from >= person.atMs * 16;
		microphone.set(
			room.hear(played.subarray(from, from + chunk), begun ? Int16Array.from(said.slice(0, chunk)) : undefined),
			from,
		);
	}
	const speech: number[] = [];
	const stream = vad.open((probability) => speech.push(probability));
	stream.push(microphone);
	await stream.settled();
	stream.close();
	return { ...scene, microphone, speech: Float32Array.from(speech) };
}

/** Milliseconds of sound after which the assistant falls silent; infinity where it does not. */
export function silencedAt({ answers, microphone, speech, jitterMs, shape }: HeardScene): number {
	const random = randomOf((shape.seed ?? 1) + 99);
	const epoch = 1_000_000;
	let now = epoch;
	let begun: (typeof answers)[number] | undefined;
	let silenced = false;
	const pieces = answers.flatMap(({ answer, atMs }) => piecesOf(answer, atMs));
	const attention = createAttention({
		speaker: {
			talking: () => begun !== undefined && now < epoch + begun.atMs + msOf(begun.answer),
			until: () => (begun === undefined ? 0 : epoch + begun.atMs + msOf(begun.answer)),
			began: () => (begun === undefined ? Number.POSITIVE_INFINITY : epoch + begun.atMs),
			text: () => begun?.answer.text ?? "",
			textBy: () => ({ text: begun?.answer.text ?? "", closing: false }),
			say: async () => true,
			cancel: () => true,
		},
		now: () => now,
		interrupt() {
			silenced = true;
		},
	});
	let windows = 0;
	for (let from = 0; from < microphone.length; from += chunk) {
		const ms = from / 16;
		begun = answers.findLast(({ atMs }) => atMs <= ms);
		while (pieces[0] !== undefined && pieces[0].sentMs <= ms) {
			const piece = pieces.shift();
			if (piece !== undefined) attention.played(piece.pcm, piece.rate, epoch + piece.startMs);
		}
		now = Math.max(now, epoch + ms + chunkMs + random() * jitterMs);
		attention.heard(microphone.subarray(from, from + chunk), now);
		while ((windows + 1) * windowSamples <= from + chunk) {
			windows += 1;
			attention.weigh({ end: windows * windowSamples, speech: speech[windows - 1] ?? 0 }, now);
		}
		if (silenced) return ms + chunkMs;
	}
	return Number.POSITIVE_INFINITY;
}

function piecesOf(answer: Answer, atMs: number) {
	const step = Math.round((answer.sampleRate * pieceMs) / 1000);
	return Array.from({ length: Math.ceil(answer.pcm.length / step) }, (_, i) => {
		const startMs = atMs + (i * step * 1000) / answer.sampleRate;
		const pcm = answer.pcm.slice(i * step, (i + 1) * step);
		return { pcm, rate: answer.sampleRate, startMs, sentMs: Math.max(atMs, startMs - leadMs) };
	});
}

export function msOf({ pcm, sampleRate: rate }: Answer): number {
	return (pcm.length * 1000) / rate;
}

/** The sound at the microphone's rate. */
function at16k({ pcm, sampleRate: rate }: Answer): Int16Array {
	return Int16Array.from({ length: Math.floor((pcm.length * sampleRate) / rate) }, (_, i) => {
		const at = (i * rate) / sampleRate;
		const [a = 0, b = 0] = pcm.subarray(Math.floor(at), Math.floor(at) + 2);
		return a + (b - a) * (at % 1);
	});
}

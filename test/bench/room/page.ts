import puppeteer from "puppeteer-core";
import { z } from "zod";
import { sampleRate } from "../../../core/contract/index.ts";
import { chromium } from "../../e2e/harness/browser.ts";
import { lookAt } from "../../e2e/harness/page.ts";
import { startProduct } from "../../e2e/harness/product.ts";
import { until } from "../../e2e/harness/wait.ts";
import { type RoomShape, randomOf } from "../../fixtures/room.ts";
import { fromBreath } from "../voice/scenes.ts";
import { createAir } from "./air.ts";
import { openDevices } from "./devices.ts";
import { watchLine } from "./line.ts";

/** What came of an answer. Milliseconds count from the first voiced sample of the person at the microphone. */
export interface Outcome {
	seed: number;
	/** It was never said; it was said to its end; it interrupted itself; a person spoke over it. */
	kind: "silent" | "alone" | "itself" | "person";
	/** How long after the answer's first sound the person began, and how much louder than the echo they are. */
	afterMs?: number;
	louderDb?: number;
	/** When the page was told to be silent, and when the loudspeaker was. */
	toldMs?: number;
	silentMs?: number;
	/** By the half second of the answer: how much fainter what the page sends is than the echo at the microphone. */
	lossDb?: number[];
}

const answers = [
	"look at the weather, as it will be cloudy in the morning, with some rain at noon, and sunny later on",
	"call Anna at five, water the plants, buy some milk and a loaf of bread, and go to bed early tonight",
	"read the article about sea otters, how they hold hands while they are sleeping, and tell Ben about it",
	"pay the bill of the electricity company, which came on Monday, and to answer the letter of the bank",
];

/** What the browser needs to take sound in and hand it on, in milliseconds: of the echo it shows that long after. */
const captureMs = 20;

const half = sampleRate / 2;
const msOf = (samples: number): number => (samples * 1000) / sampleRate;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A loudspeaker and a microphone as laptops and desks have them. */
function anyShape(random: () => number, seed: number): RoomShape {
	const between = (low: number, high: number) => low + (high - low) * random();
	return {
		delayMs: between(0, 100),
		gain: 10 ** (between(-30, 3) / 20),
		reverbMs: between(150, 500),
		wet: between(0.2, 1),
		noise: 10 ** (between(-80, -60) / 20),
		drive: random() < 0.3 ? between(0.2, 1) : 0,
		lowHz: between(80, 300),
		highHz: between(5000, 7500),
		seed,
	};
}

/** Starts the product and a Chromium that sits in the room. */
export async function openPageInRoom() {
	const devices = await openDevices();
	const air = createAir(devices);
	const product = await startProduct();
	const browser = await puppeteer.launch({
		executablePath: chromium ?? "chromium",
		headless: true,
		ignoreDefaultArgs: ["--mute-audio"],
		env: { ...process.env, ...devices.environment },
		args: [
			...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
			"--autoplay-policy=no-user-gesture-required",
			"--use-fake-ui-for-media-stream",
		],
	});
	const page = (await browser.pages())[0] ?? (await browser.newPage());
	const { passed } = await watchLine(page);
	const look = lookAt(page);
	await look.signIn(product);

	const cancelled = () => passed.find(({ name }) => name === "audio:cancel");

	/** What the page sent of half a second that begins at that sample. */
	const sentFrom = (sample: number): Int16Array[] => {
		const from = air.wallOf(sample) + captureMs;
		return passed
			.filter(({ name, at }) => name === "audio:chunk" && at >= from && at < from + msOf(half))
			.map(({ bytes = new Uint8Array(0) }) => new Int16Array(bytes.slice().buffer));
	};

	const lossOf = (began: number): number[] => {
		const { from, echo } = air.kept();
		return Array.from({ length: 6 }, (_, i) => {
			const at = began + i * half;
			return Math.round(decibels([echo.subarray(at - from, at - from + half)]) - decibels(sentFrom(at)));
		});
	};

	const answerIn = async (seed: number, person?: { pcm: Int16Array }): Promise<Outcome> => {
		const random = randomOf(seed * 31 + 7);
		const shape = anyShape(random, seed);
		const afterMs = 200 + 2800 * random();
		await until("silence", 20_000, () => msOf(air.now - (air.lastPlayed() ?? Number.NEGATIVE_INFINITY)) > 400);
		air.enter(shape);
		passed.length = 0;
		const text = `remind me in 1 second to ${answers[seed % answers.length]}`;
		await product.post("/command", { text }, z.unknown());
		await look.handsFree();
		const began = await until("its voice", 10_000, () => air.firstPlayed()).catch(() => undefined);
		if (began === undefined) return { seed, kind: "silent" };
		if (person === undefined) {
			const over = () => cancelled() ?? (msOf(air.now - (air.lastPlayed() ?? air.now)) > 500 || undefined);
			await until("the end", 15_000, over);
			return { seed, kind: cancelled() === undefined ? "alone" : "itself", lossDb: lossOf(began) };
		}
		await sleep(afterMs);
		if (cancelled() !== undefined) return { seed, kind: "itself" };
		const { pcm, leadMs } = fromBreath(person.pcm);
		const voicedAt = air.say(pcm) + (leadMs * sampleRate) / 1000;
		await until("silence for the person", 3_000 + leadMs, () => cancelled()).catch(() => undefined);
		await sleep(300);
		air.hush();
		const cancel = cancelled();
		const { from, echo } = air.kept();
		return {
			seed,
			kind: "person",
			afterMs: Math.round(msOf(voicedAt - began)),
			louderDb: Math.round(decibels([pcm]) - decibels([echo.subarray(began - from, voicedAt - from)])),
			...(cancel && {
				toldMs: Math.round(cancel.at - air.wallOf(voicedAt)),
				silentMs: Math.round(msOf((air.lastPlayed() ?? voicedAt) - voicedAt)),
			}),
		};
	};

	return {
		/** The first answer to a microphone that was just opened; `person` speaks over it. */
		async answer(seed: number, person?: { pcm: Int16Array }): Promise<Outcome> {
			try {
				return await answerIn(seed, person);
			} finally {
				air.hush();
				await look.handsFree();
			}
		},
		async close() {
			await browser.close();
			await product.dispose();
			await devices.close();
		},
	};
}

/** Power in decibels, of samples from -32,768 to 32,767; silence is 0. */
function decibels(pieces: readonly Int16Array[]): number {
	let sum = 0;
	let count = 0;
	for (const piece of pieces) {
		for (const sample of piece) sum += sample * sample;
		count += piece.length;
	}
	return 10 * Math.log10(1 + sum / Math.max(1, count));
}

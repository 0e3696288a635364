import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpeechEngines } from "../../core/contract/index.ts";
import { createSpeechEngines } from "../../models/engines.ts";
import { surveyModels } from "../../models/index.ts";
import { modelsDirs, plainWords, someSpeech, wordErrors } from "../fixtures/speech-audio.ts";
import { noises } from "../fixtures/speech-noise.ts";

const dataDir = mkdtempSync(join(tmpdir(), "aios-engines-"));
const places = { dataDir, dirs: modelsDirs };
const recordings = someSpeech();
const recognisers = ["moonshine-base", "moonshine-tiny", "whisper-tiny.en"];
const present = (await surveyModels(places, [...recognisers, "smart-turn"])).flatMap(({ found }) => found?.name ?? []);
let engines: SpeechEngines;

beforeAll(async () => {
	engines = await createSpeechEngines({ places, stt: "moonshine-base" });
}, 60_000);

afterAll(async () => {
	await engines.close();
	rmSync(dataDir, { recursive: true, force: true });
});

async function heard(pcm: Int16Array): Promise<string> {
	const stream = engines.open();
	stream.push(pcm);
	const transcript = await stream.transcribe({ from: 0, to: pcm.length });
	stream.close();
	return transcript?.text ?? "";
}

describe.each(recognisers)("%s", (name) => {
	it.skipIf(!present.includes(name) || recordings.length === 0)(
		"writes down what people say, at most one word in ten wrong",
		async () => {
			await engines.useRecogniser(name);
			let wrong = 0;
			let all = 0;
			for (const { pcm, words } of recordings) {
				const said = plainWords(words);
				wrong += wordErrors(said, plainWords(await heard(pcm)));
				all += said.length;
			}
			expect(wrong / all).toBeLessThanOrEqual(0.1);
		},
		60_000,
	);

	it.skipIf(!present.includes(name))(
		"makes up no words for silence, noise and music",
		async () => {
			await engines.useRecogniser(name);
			for (const [kind, pcm] of Object.entries(noises(6)))
				expect({ kind, text: await heard(pcm) }).toEqual({ kind, text: "" });
		},
		60_000,
	);
});

describe.skipIf(recordings.length === 0)("a microphone", () => {
	const recording = recordings.toSorted((a, b) => a.pcm.length - b.pcm.length)[0];
	if (recording === undefined) return;

	it("is heard to the last word with half a minute of silence around the words", async () => {
		const silence = new Int16Array(15 * 16_000);
		const text = await heard(Int16Array.from([...silence, ...recording.pcm, ...silence]));
		const said = plainWords(recording.words);
		expect(wordErrors(said, plainWords(text)) / said.length).toBeLessThan(0.2);
	}, 30_000);

	it("gives only the newest of several partials, and never at a final's cost", async () => {
		const stream = engines.open();
		stream.push(recording.pcm);
		const to = recording.pcm.length;
		const blocker = stream.transcribe({ from: 0, to });
		const older = stream.transcribe({ from: 0, to: to / 2, partial: true });
		const newer = stream.transcribe({ from: 0, to, partial: true });
		expect(await older).toBeUndefined();
		expect((await blocker)?.text).not.toBe("");
		expect((await newer)?.text).not.toBe("");
		stream.close();
	});

	it("is told busy, not kept waiting, when far too much is asked", async () => {
		const stream = engines.open();
		stream.push(recording.pcm);
		const asked = Array.from({ length: 40 }, () => stream.transcribe({ from: 0, to: recording.pcm.length }));
		// Nothing more is decoded for a microphone that has closed, so the test does not wait for it all.
		const settled = Promise.allSettled(asked);
		await asked[0];
		stream.close();
		const outcomes = await settled;
		const refused = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => reason.code);
		expect(new Set(refused)).toEqual(new Set(["busy"]));
		expect(outcomes.some((outcome) => outcome.status === "fulfilled")).toBe(true);
	}, 30_000);

	it("keeps its words when the recogniser is changed in mid-decode", async () => {
		const stream = engines.open();
		stream.push(recording.pcm);
		const range = { from: 0, to: recording.pcm.length };
		await engines.useRecogniser("moonshine-base");
		const before = stream.transcribe(range);
		await engines.useRecogniser("moonshine-tiny");
		const after = await stream.transcribe(range);
		expect((await before)?.model).toBe("moonshine-base");
		expect(after?.model).toBe("moonshine-tiny");
		expect((await engines.status()).stt).toBe("moonshine-tiny");
		stream.close();
	}, 30_000);

	it.skipIf(!present.includes("smart-turn"))(
		"is judged finished after a command, and not in the middle of it",
		async () => {
			const command = recordings.find(({ name }) => name === "goforward.wav") ?? recording;
			const sentence = recordings.find(({ name }) => name === "austen-0920.wav");
			const stream = engines.open();
			stream.push(command.pcm);
			expect(await stream.turnComplete({ from: 0, to: command.pcm.length })).toBeGreaterThan(0.9);
			stream.close();
			if (sentence === undefined) return;
			const cut = engines.open();
			cut.push(sentence.pcm);
			expect(await cut.turnComplete({ from: 0, to: Math.floor(sentence.pcm.length * 0.55) })).toBeLessThan(0.1);
			cut.close();
		},
	);

	it("forgets what is older than two minutes and still hears what is newer", async () => {
		const stream = engines.open();
		const minute = new Int16Array(60 * 16_000);
		let end = 0;
		const push = (pcm: Int16Array) => {
			stream.push(pcm);
			end += pcm.length;
		};
		for (let i = 0; i < 3; i++) push(minute);
		const from = end;
		push(recording.pcm);
		const said = plainWords(recording.words);
		const text = (await stream.transcribe({ from, to: end }))?.text ?? "";
		expect(wordErrors(said, plainWords(text)) / said.length).toBeLessThan(0.2);
		expect((await stream.transcribe({ from: 0, to: 16_000 }))?.text).toBe("");
		stream.close();
	}, 60_000);
});

describe("a damaged model", () => {
	it("is named and never loaded, and what was in use stays", async () => {
		const folder = mkdtempSync(join(tmpdir(), "aios-damaged-"));
		const source = (await surveyModels(places, ["moonshine-tiny"]))[0]?.found;
		if (source?.engine !== "moonshine") throw new Error("needs moonshine-tiny");
		const damaged = join(folder, "whisper-base.en");
		mkdirSync(damaged);
		for (const [file, from] of [
			["base.en-encoder.int8.onnx", source.files.decoder],
			["base.en-decoder.int8.onnx", source.files.decoder],
			["base.en-tokens.txt", source.files.tokens],
		] as const) {
			copyFileSync(from, join(damaged, file));
		}
		truncateSync(join(damaged, "base.en-encoder.int8.onnx"), 18_000_000);
		const own = await createSpeechEngines({ places: { dataDir, dirs: [folder] }, stt: "moonshine-tiny" });
		await expect(own.useRecogniser("whisper-base.en")).rejects.toMatchObject({
			code: "missing_part",
			message: expect.stringContaining("base.en-encoder.int8.onnx"),
		});
		await expect(own.useRecogniser("whisper-small.en")).rejects.toMatchObject({ code: "missing_part" });
		await expect(own.useRecogniser("silero-vad")).rejects.toMatchObject({ code: "bad_request" });
		expect((await own.status()).stt).toBe("moonshine-tiny");
		await own.close();
		rmSync(folder, { recursive: true, force: true });
	}, 60_000);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AiosError, type Channel, type SpeechStream } from "../../core/contract/index.ts";
import { createSpeechClient } from "../../core/voice/speech-client.ts";
import { modelsDirs, plainWords, someSpeech, wordErrors } from "../fixtures/speech-audio.ts";
import { type SpeechChild, startSpeechChild } from "../fixtures/speech-child.ts";

const dataDir = mkdtempSync(join(tmpdir(), "aios-speech-"));
const children: SpeechChild[] = [];
const recordings = someSpeech();

async function start(): Promise<SpeechChild> {
	const child = await startSpeechChild({ stt: "moonshine-tiny", dataDir, modelsDirs });
	children.push(child);
	return child;
}

/** A client and the way a restarted process reaches it. */
function client(waitMs: number) {
	let opened: (channel: Channel) => void = () => {};
	const engines = createSpeechClient({
		onChannel: (listener) => {
			opened = listener;
		},
		waitMs,
	});
	return { engines, arrive: (child: SpeechChild) => opened(child.channel) };
}

function speak(stream: SpeechStream, pcm: Int16Array): void {
	for (let at = 0; at < pcm.length; at += 320) stream.push(pcm.slice(at, at + 320));
}

afterAll(async () => {
	for (const child of children) child.kill();
	await Promise.all(children.map(({ exited }) => exited));
	rmSync(dataDir, { recursive: true, force: true });
});

describe.skipIf(recordings.length === 0)("speech engines in another process", () => {
	let first: SpeechChild;
	beforeAll(async () => {
		first = await start();
	});

	it("hears twenty people at once, each with their own words", async () => {
		const { engines, arrive } = client(1_000);
		arrive(first);
		const people = Array.from({ length: 20 }, (_, i) => recordings[i % recordings.length]).filter(
			(recording) => recording !== undefined,
		);
		const heard = await Promise.all(
			people.map(async ({ pcm, words }) => {
				const stream = engines.open();
				const ends: number[] = [];
				stream.onActivity(({ end }) => ends.push(end));
				speak(stream, pcm);
				const transcript = await stream.transcribe({ from: 0, to: pcm.length });
				stream.close();
				expect(ends).toEqual(Array.from({ length: Math.floor(pcm.length / 512) }, (_, i) => (i + 1) * 512));
				const said = plainWords(words);
				return wordErrors(said, plainWords(transcript?.text ?? "")) / said.length;
			}),
		);
		expect(heard).toHaveLength(20);
		for (const rate of heard) expect(rate).toBeLessThan(0.35);
	}, 60_000);

	it("speaks, gives its state, and refuses a voice it does not have", async () => {
		const { engines, arrive } = client(1_000);
		arrive(first);
		let samples = 0;
		let last = false;
		for await (const chunk of engines.synthesize("It is half past nine.", {})) {
			samples += chunk.pcm.length / chunk.sampleRate;
			last = chunk.last;
		}
		expect(last).toBe(true);
		expect(samples).toBeGreaterThan(0.8);
		expect(await engines.status()).toMatchObject({ stt: "moonshine-tiny", vad: "silero-vad" });
		expect((await engines.voices()).length).toBeGreaterThan(0);
		const refused = engines.synthesize("Hello.", { voice: "nobody" })[Symbol.asyncIterator]().next();
		await expect(refused).rejects.toMatchObject({ code: "not_found" });
	});

	it("stops speaking when told to", async () => {
		const { engines, arrive } = client(1_000);
		arrive(first);
		const stop = new AbortController();
		let chunks = 0;
		const speech = async () => {
			for await (const _ of engines.synthesize("One two three four five six. ".repeat(40), { signal: stop.signal })) {
				chunks++;
				stop.abort();
			}
		};
		await expect(speech()).rejects.toMatchObject({ code: "cancelled" });
		expect(chunks).toBe(1);
	});

	it("writes down a whole recording in segments", async () => {
		const { engines, arrive } = client(1_000);
		arrive(first);
		const [one, two] = recordings;
		if (one === undefined || two === undefined) throw new Error("needs two recordings");
		const silence = new Int16Array(32_000);
		const pcm = Int16Array.from([...silence, ...one.pcm, ...silence, ...two.pcm, ...silence]);
		const { segments } = await engines.transcribeAll(pcm);
		const text = segments.map((segment) => segment.text).join(" ");
		const said = plainWords(`${one.words} ${two.words}`);
		expect(wordErrors(said, plainWords(text)) / said.length).toBeLessThan(0.35);
		expect(segments[0]?.start).toBeGreaterThan(1.5);
		expect(segments.length).toBeGreaterThan(1);
	}, 30_000);

	it("says so when the process dies in mid-decode, and works again when it is back", async () => {
		const { engines, arrive } = client(20_000);
		const doomed = await start();
		arrive(doomed);
		const [recording] = recordings;
		if (recording === undefined) throw new Error("needs a recording");
		const stream = engines.open();
		const lost: Error[] = [];
		stream.onLost((error) => lost.push(error));
		speak(stream, recording.pcm);
		const turn = stream.transcribe({ from: 0, to: recording.pcm.length });
		doomed.kill();
		const error = await turn.then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
		expect(error).toBeInstanceOf(AiosError);
		expect(error).toMatchObject({ code: "unavailable", retryable: true });
		expect(AiosError.from(error).spoken).toMatch(/again/);
		expect(lost).toHaveLength(1);
		await expect(stream.transcribe({ from: 0, to: 1 })).rejects.toMatchObject({ code: "unavailable" });

		// Sound of the time in which the process starts again is kept, so a person need not wait for it.
		const next = engines.open();
		speak(next, recording.pcm);
		const words = next.transcribe({ from: 0, to: recording.pcm.length });
		arrive(await start());
		const said = plainWords(recording.words);
		expect(wordErrors(said, plainWords((await words)?.text ?? "")) / said.length).toBeLessThan(0.35);
		expect(lost).toHaveLength(1);
	}, 60_000);

	it("fails within the wait when the process never comes", async () => {
		const { engines } = client(50);
		const stream = engines.open();
		const lost = new Promise((resolve) => stream.onLost(resolve));
		await expect(stream.transcribe({ from: 0, to: 512 })).rejects.toMatchObject({ code: "unavailable" });
		await lost;
		await expect(engines.voices()).rejects.toMatchObject({ code: "unavailable" });
	});
});

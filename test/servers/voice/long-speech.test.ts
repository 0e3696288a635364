import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodeWav } from "../../../core/audio/index.ts";
import { AiosError, type Announcement, type SpeechEngines } from "../../../core/contract/index.ts";
import { server } from "../../../servers/voice/index.ts";
import { callerOf } from "../by-name.ts";
import { startVoice } from "./harness.ts";

/** What the voice waits for before each sentence. */
let before: (signal: AbortSignal) => Promise<void>;
let stopped: boolean;
const announced: Announcement[] = [];

const engines = {
	async *synthesize(_text: string, { signal }: { signal: AbortSignal }) {
		signal.addEventListener("abort", () => {
			stopped = true;
		});
		await before(signal);
		signal.throwIfAborted();
		yield { sampleRate: 16_000, pcm: new Int16Array(16_000).fill(1_000) };
	},
} as unknown as SpeechEngines;

let voice: Awaited<ReturnType<typeof startVoice>>;
let call: ReturnType<typeof callerOf>;
beforeEach(async () => {
	stopped = false;
	announced.length = 0;
	voice = await startVoice({ speech: engines, announce: (said) => void announced.push(said) });
	call = callerOf(server, voice.adapters);
});
afterEach(() => voice.stop());

const text = "One. Two. Three.";

test("speech that takes long goes on behind the answer, and its sound is there afterwards", async () => {
	let go = () => {};
	const gone = new Promise<void>((resolve) => {
		go = resolve;
	});
	before = () => gone;
	for (const input of [{ text }, { text, path: "three.wav" }]) {
		expect((await call("speak", { ...input, wait_ms: 0 })).output).toMatchObject({ status: "running", told: false });
	}
	expect((await call("speech_status", { id: "s1" })).output).toMatchObject({
		status: "running",
		progress: 0,
		total: 3,
		said: "I am still making the recording.",
	});
	go();
	const spoken = await call("speech_status", { id: "s1", wait_ms: 20_000 });
	expect(spoken.output).toMatchObject({ status: "done", result: { seconds: 3 } });
	expect(spoken.attachments).toMatchObject([{ mimeType: "audio/wav" }]);
	const written = await call("speech_status", { id: "s2", wait_ms: 20_000 });
	expect(written.say).toContain("three.wav");
	expect(decodeWav(await readFile(join(voice.home, "three.wav"))).pcm).toHaveLength(48_000);
});

test("speech is stopped at once, and nothing is written", async () => {
	let begun = () => {};
	const speaking = new Promise<void>((resolve) => {
		begun = resolve;
	});
	before = (signal) => {
		begun();
		return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
	};
	await call("speak", { text, path: "never.wav", wait_ms: 0 });
	await speaking;
	const { output, say } = await call("cancel_speech", {});
	expect(output).toMatchObject({ id: "s1", status: "failed", error: "The speech was cancelled." });
	expect(say).toBe("Stopped.");
	expect(stopped).toBe(true);
	expect(existsSync(join(voice.home, "never.wav"))).toBe(false);
	expect(announced).toEqual([]);
});

test("engines that are lost on the way are said, and nothing is written", async () => {
	let sentences = 0;
	before = async () => {
		sentences += 1;
		if (sentences === 2) throw new AiosError("unavailable", "The speech engines are gone.");
	};
	await expect(call("speak", { text, path: "half.wav" })).rejects.toMatchObject({ code: "unavailable" });
	const { output, say } = await call("speech_status", {});
	expect(output).toMatchObject({ status: "failed", error: "The speech engines are gone." });
	expect(say).toMatch(/^The recording could not be made\. /);
	expect((await call("cancel_speech", {})).say).toBe("It was over already.");
	expect(existsSync(join(voice.home, "half.wav"))).toBe(false);
});

test("a handle that makes no sense is refused", async () => {
	for (const tool of ["speech_status", "cancel_speech"]) {
		await expect(call(tool, { id: "t1" })).rejects.toMatchObject({ code: "bad_request" });
		await expect(call(tool, { id: "s9" })).rejects.toMatchObject({ code: "not_found" });
	}
});

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeWav } from "../../../core/audio/index.ts";
import { AiosError, type Progress, type SpeechEngines } from "../../../core/contract/index.ts";
import { cancelTranscription, readTranscription, transcribe } from "../../../servers/voice/tools/transcribe.ts";
import { startVoice } from "./harness.ts";

const rate = 16_000;
/** Longest sound given to the recogniser at once so far, in seconds, and how often it was given some. */
let longest: number;
let given: number;
/** What the recogniser does with a stretch: one word a stretch, where it is loud, and whatever a test wants. */
let meanwhile: (signal?: AbortSignal) => Promise<unknown>;

const engines: Partial<SpeechEngines> = {
	async transcribeAll(pcm, signal) {
		given += 1;
		longest = Math.max(longest, pcm.length / rate);
		await meanwhile(signal);
		return { segments: [{ start: 1, end: 2, text: `word ${given}` }], model: "test" };
	},
};

let voice: Awaited<ReturnType<typeof startVoice>>;
beforeAll(async () => {
	voice = await startVoice({ speech: engines as SpeechEngines });
});
afterAll(() => voice.stop());
beforeEach(() => {
	longest = 0;
	given = 0;
	meanwhile = async () => {};
});

/** A recording of silence, of any length: the file has a hole in the place of its sound. */
function silence(name: string, seconds: number): string {
	const bytes = seconds * rate * 2;
	const header = Buffer.from(encodeWav({ pcm: new Int16Array(0), sampleRate: rate }));
	header.writeUInt32LE(36 + bytes, 4);
	header.writeUInt32LE(bytes, 40);
	writeFileSync(join(voice.home, name), header);
	truncateSync(join(voice.home, name), header.length + bytes);
	return name;
}

describe("a recording of hours", () => {
	test("is heard a minute at a time, tells how far it is, and takes no more memory than a short one", async () => {
		const told: Progress[] = [];
		const before = process.memoryUsage.rss();
		let most = 0;
		meanwhile = async () => {
			most = Math.max(most, process.memoryUsage.rss() - before);
		};
		const { output } = await voice.call(
			transcribe,
			{ path: silence("talk.wav", 3 * 3600) },
			{ progress: (update) => void told.push(update) },
		);
		expect(output).toMatchObject({ status: "done", seconds: 10_800, total_segments: given });
		expect(given).toBeGreaterThan(170);
		expect(longest).toBeLessThanOrEqual(60);
		expect(told.at(-1)).toMatchObject({ progress: 10_800, total: 10_800 });
		expect(told.every(({ progress }, index) => progress > (told[index - 1]?.progress ?? 0))).toBe(true);
		// The whole of it is 346 MB as samples.
		expect(most).toBeLessThan(200_000_000);
		const starts = output.segments.map(({ start }) => start);
		expect(starts).toEqual([...starts].sort((one, other) => one - other));
		expect(starts.at(-1)).toBeGreaterThan(10_700);
	});

	test("is read on from where an answer ended, subtitles numbered on", async () => {
		await voice.call(transcribe, { path: silence("talk.wav", 600) });
		const { output } = await voice.call(readTranscription, { from: 2, limit: 2, format: "srt" });
		expect(output).toMatchObject({ status: "done", next: 4, total_segments: given });
		expect(output.text).toMatch(/^3\n00:01:2.*\nword 3\n\n4\n/);
		const rest = await voice.call(readTranscription, { from: 4 });
		expect(rest.output.next).toBeUndefined();
		expect(rest.output.segments).toHaveLength(given - 4);
	});

	test("answers with a handle where it takes longer than a client waits, and can be stopped with what was heard kept", async () => {
		meanwhile = (signal) =>
			given < 3
				? Promise.resolve()
				: new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
		const { adapters, home } = voice;
		const { openRecording } = await import("../../../core/audio/index.ts");
		const recording = await openRecording(join(home, silence("talk.wav", 3_600)), {});
		const { id } = adapters.transcriptions.start("u1", "talk.wav", async () => recording);
		const during = await voice.call(readTranscription, { id, wait_ms: 300 });
		expect(during.output).toMatchObject({ status: "running", total_segments: 2, total_seconds: 3_600 });
		expect(during.say).toMatch(/still writing it down: \d percent/);
		const stopped = await voice.call(cancelTranscription, { id });
		expect(stopped.output).toMatchObject({ status: "failed", total_segments: 2 });
		expect(stopped.say).toBe("I stopped writing it down.");
		await expect(
			voice.call(
				readTranscription,
				{ id },
				{ user: { id: "u2", name: "b", role: "user", permissions: [], via: "token" } },
			),
		).rejects.toMatchObject({ code: "not_found" });
	});

	test("is stopped when the caller gives up", async () => {
		const stop = new AbortController();
		let heard: AbortSignal | undefined;
		meanwhile = (signal) => {
			heard = signal;
			stop.abort();
			return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
		};
		await voice.call(transcribe, { path: silence("talk.wav", 600) }, { signal: stop.signal }).catch(() => {});
		expect(heard?.aborted).toBe(true);
	});
});

test("engines that are lost on the way are said, and what was heard is kept", async () => {
	meanwhile = async () => {
		if (given > 2) throw new AiosError("unavailable", "The speech engines stopped.");
	};
	await expect(voice.call(transcribe, { path: silence("talk.wav", 600) })).rejects.toMatchObject({
		code: "unavailable",
	});
	const { output, say } = await voice.call(readTranscription, {});
	expect(output).toMatchObject({ status: "failed", total_segments: 2, error: "The speech engines stopped." });
	expect(say).toBe("The speech engines stopped.");
	expect((await voice.call(cancelTranscription, {})).output.status).toBe("failed");
});

test("an id or a part that makes no sense is refused", async () => {
	await expect(voice.call(readTranscription, { id: "t9999" })).rejects.toMatchObject({ code: "not_found" });
	await expect(voice.call(readTranscription, { id: "../x" })).rejects.toThrow(/id from transcribe/);
	await expect(voice.call(readTranscription, { from: -1 })).rejects.toThrow();
	await expect(voice.call(cancelTranscription, { id: "t9999" })).rejects.toMatchObject({ code: "not_found" });
});

describe("other formats than WAV", () => {
	const made = mkdtempSync(join(tmpdir(), "aios-sounds-"));
	afterAll(() => rmSync(made, { recursive: true, force: true }));

	test.skipIf(Bun.which("ffmpeg") === null).each(["mp3", "m4a", "ogg"])(
		"%s is read where ffmpeg is there",
		async (kind) => {
			const path = join(voice.home, `tone.${kind}`);
			const tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=70"];
			expect(Bun.spawnSync(["ffmpeg", "-y", "-v", "error", ...tone, path]).exitCode).toBe(0);
			const { output } = await voice.call(transcribe, { path: `tone.${kind}` });
			expect(output.status).toBe("done");
			expect(output.seconds).toBeCloseTo(70, 0);
			expect(output.total_seconds).toBeCloseTo(70, -1);
			expect(given).toBe(2);
		},
	);

	test.skipIf(Bun.which("ffmpeg") === null)("a list of other files and addresses is no recording", async () => {
		writeFileSync(join(voice.home, "list.m3u8"), "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n");
		writeFileSync(join(voice.home, "list.ffconcat"), "ffconcat version 1.0\nfile talk.wav\n");
		silence("talk.wav", 1);
		for (const path of ["list.m3u8", "list.ffconcat"]) {
			await expect(voice.call(transcribe, { path })).rejects.toMatchObject({ code: "unsupported" });
		}
	});

	test("without ffmpeg the error says what to install, and WAV is read all the same", async () => {
		const bare = await startVoice({ speech: engines as SpeechEngines, env: { PATH: made } });
		writeFileSync(join(bare.home, "memo.mp3"), "ID3 not a wav");
		await expect(bare.call(transcribe, { path: "memo.mp3" })).rejects.toMatchObject({
			code: "missing_part",
			fix: expect.stringContaining("ffmpeg"),
		});
		const audio = Buffer.from(encodeWav({ pcm: new Int16Array(rate), sampleRate: rate })).toString("base64");
		expect((await bare.call(transcribe, { audio })).output.status).toBe("done");
		await bare.stop();
	});
});

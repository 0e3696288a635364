import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeWav, encodeWav } from "../../../core/audio/index.ts";
import { AiosError, type Reply, type SpeechEngines } from "../../../core/contract/index.ts";
import { createSpeechEngines } from "../../../models/engines.ts";
import { executeVoiceCommand } from "../../../servers/voice/tools/execute-voice-command.ts";
import { listVoices } from "../../../servers/voice/tools/list-voices.ts";
import { speak } from "../../../servers/voice/tools/speak.ts";
import { transcribe } from "../../../servers/voice/tools/transcribe.ts";
import { samplesOf, voice as speaker } from "../../e2e/harness/sound.ts";
import { modelsDirs } from "../../fixtures/speech-audio.ts";
import { startVoice } from "./harness.ts";

const wav = (heard: Parameters<typeof samplesOf>[0]) => encodeWav({ pcm: samplesOf(heard), sampleRate: 16_000 });
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

describe("with the real engines", () => {
	let engines: SpeechEngines;
	let voice: Awaited<ReturnType<typeof startVoice>>;
	const commands: { text: string; session: string; user: string; signal: AbortSignal | undefined }[] = [];
	const dataDir = mkdtempSync(join(tmpdir(), "aios-engines-"));
	let answer: (text: string) => Promise<Reply>;

	const reply = (fields: Partial<Reply> = {}): Reply => ({
		turn: "t1",
		status: "done",
		reply: "Done.",
		timings: { understand_ms: 1, dispatch_ms: 1, total_ms: 2 },
		...fields,
	});

	beforeAll(async () => {
		engines = await createSpeechEngines({ places: { dirs: modelsDirs, dataDir }, stt: "auto" });
		voice = await startVoice({
			speech: engines,
			command: async (text, session, user, signal) => {
				commands.push({ text, session, user: user.id, signal });
				return answer(text);
			},
		});
	});
	afterAll(async () => {
		await voice.stop();
		await engines.close();
		rmSync(dataDir, { recursive: true, force: true });
	});

	const twoSentences = () =>
		wav([
			{ silenceMs: 1_000 },
			{ say: "what is the weather like today" },
			{ silenceMs: 2_500 },
			{ say: "play some music in the kitchen" },
			{ silenceMs: 500 },
		]);

	test.skipIf(speaker === undefined)("a recording is written down, each stretch with its times", async () => {
		const path = join(voice.home, "memo.wav");
		await writeFile(path, twoSentences());
		const { output, say } = await voice.call(transcribe, { path: "memo.wav" });
		expect(output.text.toLowerCase()).toContain("weather like today");
		expect(output.text.toLowerCase()).toContain("music in the kitchen");
		expect(output.segments).toHaveLength(2);
		const [first, second] = output.segments;
		expect(first?.start).toBeGreaterThan(0.5);
		expect(first?.end).toBeLessThan(second?.start ?? 0);
		expect(second?.end).toBeLessThanOrEqual(output.seconds + 0.1);
		expect(say).toBe(output.text);
	});

	test.skipIf(speaker === undefined)("the same as SRT and as WebVTT can be used as subtitles", async () => {
		const audio = base64(twoSentences());
		const srt = (await voice.call(transcribe, { audio, format: "srt" })).output.text;
		expect(srt).toMatch(
			/^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n.*weather.*\n\n2\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n.*kitchen.*\n$/i,
		);
		const vtt = (await voice.call(transcribe, { audio, format: "vtt" })).output.text;
		expect(vtt).toMatch(/^WEBVTT\n\n00:00:0\d\.\d{3} --> 00:00:0\d\.\d{3}\n.*weather.*\n\n00:00:0\d\.\d{3} --> /i);
	});

	test("what is no recording, not there, or outside the allowed folders is refused", async () => {
		await writeFile(join(voice.home, "text.wav"), "these are only words");
		await expect(voice.call(transcribe, { path: "text.wav" })).rejects.toMatchObject({ code: "unsupported" });
		await expect(voice.call(transcribe, { path: "none.wav" })).rejects.toMatchObject({ code: "not_found" });
		await expect(voice.call(transcribe, { path: "../../etc/passwd" })).rejects.toMatchObject({ code: "forbidden" });
		await expect(voice.call(transcribe, {})).rejects.toMatchObject({ code: "bad_request" });
		await expect(voice.call(transcribe, { audio: "not base64!" })).rejects.toThrow();
	});

	test("spoken text comes back as sound, which is heard as the same words", async () => {
		const { output, say, attachments } = await voice.call(speak, { text: "Set a timer for ten minutes." });
		expect(say).toBe("Set a timer for ten minutes.");
		expect(attachments).toMatchObject([{ mimeType: "audio/wav", name: "speech.wav" }]);
		const { pcm } = decodeWav(Buffer.from(output.wav ?? "", "base64"));
		expect(pcm.length / 16_000).toBeCloseTo(output.seconds ?? 0, 1);
		expect(pcm.some((sample) => Math.abs(sample) > 1_000)).toBe(true);
		const heard = await voice.call(transcribe, { audio: output.wav });
		expect(heard.output.text.toLowerCase()).toMatch(/timer|minutes/);
	});

	test("spoken text can be written to a file, faster when asked", async () => {
		const slow = await voice.call(speak, { text: "One two three four five.", path: "slow.wav" });
		const fast = await voice.call(speak, { text: "One two three four five.", path: "fast.wav", speed: 2 });
		expect(fast.output.seconds).toBeLessThan((slow.output.seconds ?? 0) * 0.8);
		expect(slow.say).toContain("slow.wav");
		expect(decodeWav(await readFile(join(voice.home, "fast.wav"))).pcm.length).toBeGreaterThan(1_000);
	});

	test("text that can't be spoken, a voice that is not there and a folder that is not allowed are refused", async () => {
		await expect(voice.call(speak, { text: "   " })).rejects.toThrow();
		await expect(voice.call(speak, { text: "hello", speed: 9 })).rejects.toThrow();
		await expect(voice.call(speak, { text: "hello", voice: "nobody" })).rejects.toMatchObject({ code: "not_found" });
		await expect(voice.call(speak, { text: "hello", path: "/etc/hello.wav" })).rejects.toMatchObject({
			code: "forbidden",
		});
	});

	test("a text too long for an answer is for a file", async () => {
		const text = "This sentence is said again and again. ".repeat(30);
		await expect(voice.call(speak, { text })).rejects.toMatchObject({
			code: "too_large",
			fix: expect.stringContaining("path"),
		});
		expect((await voice.call(speak, { text, path: "long.wav" })).output.seconds).toBeGreaterThan(20);
	});

	test("the voices are those the engines can speak with", async () => {
		const { output, say } = await voice.call(listVoices, {});
		expect(output.voices.length).toBeGreaterThan(0);
		expect(say).toMatch(/^I have (1 voice|\d+ voices)\.$/);
		const english = (await voice.call(listVoices, { language: "en" })).output.voices;
		expect(english.length).toBeGreaterThan(0);
		expect(english.every(({ language }) => language.startsWith("en"))).toBe(true);
		expect((await voice.call(listVoices, { language: "tlh" })).say).toBe("I have no voice for that language.");
		const [first] = english;
		expect((await voice.call(speak, { text: "hello", voice: first?.id })).output.seconds).toBeGreaterThan(0);
	});

	test.skipIf(speaker === undefined)(
		"a recorded command is carried out for the caller, its words in the reply",
		async () => {
			answer = async () => reply({ reply: "It is noon." });
			const audio = base64(wav([{ silenceMs: 3_000 }, { say: "what time is it" }, { silenceMs: 3_000 }]));
			const { output, say } = await voice.call(executeVoiceCommand, { audio });
			expect(output.transcript?.toLowerCase()).toContain("what time is it");
			expect(commands.at(-1)).toMatchObject({ text: output.transcript, session: "s1", user: "u1" });
			expect(say).toBe("It is noon.");
		},
	);

	test("a written command is carried out in the conversation it names", async () => {
		answer = async () => reply({ status: "confirm", reply: "Shall I?" });
		const { output } = await voice.call(executeVoiceCommand, { text: "delete everything", session: "kitchen" });
		expect(output).toMatchObject({ status: "confirm", reply: "Shall I?", transcript: "delete everything" });
		expect(commands.at(-1)).toMatchObject({ session: "kitchen" });
	});

	test("a recording of silence runs nothing and says so", async () => {
		const before = commands.length;
		const { output } = await voice.call(executeVoiceCommand, { audio: base64(wav([{ silenceMs: 4_000 }])) });
		expect(output).toMatchObject({ status: "unknown", transcript: "", reply: "I heard no words in that recording." });
		expect(commands).toHaveLength(before);
	});

	test("a command without words and without sound, or with both, is refused", async () => {
		await expect(voice.call(executeVoiceCommand, {})).rejects.toMatchObject({ code: "bad_request" });
		await expect(voice.call(executeVoiceCommand, { text: "hi", audio: "AAAA" })).rejects.toMatchObject({
			code: "bad_request",
		});
		await expect(voice.call(executeVoiceCommand, { audio: "AAAA" })).rejects.toMatchObject({ code: "unsupported" });
		await expect(voice.call(executeVoiceCommand, { audio: "" })).rejects.toMatchObject({ code: "bad_request" });
	});

	test("a reply too large for an answer loses its pictures first, and stays a reply", async () => {
		const data = "A".repeat(800_000);
		answer = async () =>
			reply({ attachments: [{ mimeType: "image/png", data }], result: { data: "B".repeat(500_000) } });
		const { output } = await voice.call(executeVoiceCommand, { text: "show me" });
		expect(output.attachments).toBeUndefined();
		expect(output.result).toBeDefined();
	});
});

describe("when the outside part is gone", () => {
	const lost = () => Promise.reject(new AiosError("unavailable", "The speech engines are gone."));
	const dead = {
		transcribeAll: lost,
		voices: lost,
		// biome-ignore lint/correctness/useYield: it fails before anything is said
		synthesize: async function* () {
			await lost();
		},
	} as unknown as SpeechEngines;

	test.each([
		["transcribe", transcribe, { audio: base64(encodeWav({ pcm: new Int16Array(16_000), sampleRate: 16_000 })) }],
		["speak", speak, { text: "hello" }],
		["list_voices", listVoices, {}],
		[
			"execute_voice_command",
			executeVoiceCommand,
			{ audio: base64(encodeWav({ pcm: new Int16Array(16_000), sampleRate: 16_000 })) },
		],
	] as const)("%s says so", async (_name, tool, input) => {
		const voice = await startVoice({ speech: dead });
		const call = voice.call as (tool: unknown, input: unknown) => Promise<unknown>;
		await expect(call(tool, input)).rejects.toMatchObject({ code: "unavailable" });
		await voice.stop();
	});

	test("a server that runs alone has no assistant to carry out commands", async () => {
		const voice = await startVoice();
		await expect(voice.call(executeVoiceCommand, { text: "what time is it" })).rejects.toMatchObject({
			code: "unavailable",
			fix: expect.stringContaining("npm start"),
		});
		await voice.stop();
	});
});

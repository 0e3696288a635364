import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AiosError, type Announcement, type SoundLine } from "../../../core/contract/index.ts";
import { startVoiceRecognition, stopVoiceRecognition } from "../../../servers/voice/tools/recognition.ts";
import { startVoice } from "./harness.ts";
import { hasSoundServer, startSoundServer } from "./sound-server.ts";

/** A line to the assistant: what it was opened with, and what came. */
interface Line {
	sound: SoundLine;
	bytes: number;
	loud: boolean;
	closed: boolean;
}

let lines: Line[] = [];
let announced: Announcement[] = [];
const cleanUp: (() => Promise<unknown> | unknown)[] = [];
const tone = Int16Array.from({ length: 8_000 }, (_, at) => Math.round(9_000 * Math.sin(at / 5)));
const anna = { id: "u2", name: "Anna", role: "user", permissions: ["*:*:*"], via: "token" } as const;

const listen = async (sound: SoundLine) => {
	const line: Line = { sound, bytes: 0, loud: false, closed: false };
	lines.push(line);
	return {
		push(pcm: Uint8Array) {
			line.bytes += pcm.length;
			line.loud ||= new Int16Array(pcm.slice().buffer).some((sample) => Math.abs(sample) > 3_000);
		},
		close() {
			line.closed = true;
		},
	};
};

async function start(env: Record<string, string>, satellites: Record<string, { host: string; port: number }> = {}) {
	const announce = (announcement: Announcement) => void announced.push(announcement);
	const voice = await startVoice({ env, settings: { satellites }, listen, announce });
	cleanUp.push(() => voice.stop());
	return voice;
}

beforeEach(() => {
	lines = [];
	announced = [];
});
afterEach(async () => {
	for (const clean of cleanUp.splice(0).reverse()) await clean();
});

describe.skipIf(!hasSoundServer)("this machine's own microphone (a real PulseAudio)", () => {
	async function room() {
		const server = await startSoundServer();
		cleanUp.push(() => server.stop());
		return { server, voice: await start(server.env) };
	}

	test("what is said to it reaches the assistant, and the answer is heard from the loudspeaker", async () => {
		const { server, voice } = await room();
		const { output, say } = await voice.call(startVoiceRecognition, {});
		expect(output).toEqual({ source: "microphone", mode: "hands-free", already: false });
		expect(say).toBe("I am listening to the microphone.");
		expect(lines[0]?.sound).toMatchObject({ mode: "hands-free", session: "s1", user: { id: "u1" } });
		expect(lines[0]?.loud).toBe(false);
		await server.say(tone);
		await vi.waitFor(() => expect(lines[0]?.loud).toBe(true), 5_000);
		const before = server.loudSamples();
		const pcm = new Uint8Array(tone.slice().buffer);
		lines[0]?.sound.spoken({ turn: "t1", sampleRate: 22_050, pcm, last: false });
		lines[0]?.sound.spoken({ turn: "t1", sampleRate: 22_050, pcm, last: true });
		await vi.waitFor(() => expect(server.loudSamples() - before).toBeGreaterThan(5_000), 8_000);
	});

	test("an answer that is cut off falls silent", async () => {
		const { server, voice } = await room();
		await voice.call(startVoiceRecognition, { mode: "push-to-talk" });
		const long = new Uint8Array(Int16Array.from({ length: 16_000 * 20 }, (_, at) => tone[at % 8_000] ?? 0).buffer);
		lines[0]?.sound.spoken({ turn: "t1", sampleRate: 16_000, pcm: long, last: true });
		await vi.waitFor(() => expect(server.loudSamples()).toBeGreaterThan(1_000), 5_000);
		lines[0]?.sound.hushed();
		let before = 0;
		for (let after = server.loudSamples(); after !== before; after = server.loudSamples()) {
			before = after;
			await Bun.sleep(700);
		}
		// All of it would be five times as much.
		expect(before).toBeLessThan(4 * 16_000);
	});

	test("starting twice is once, another person has to wait, and stopping ends it", async () => {
		const { voice } = await room();
		await voice.call(startVoiceRecognition, {});
		const again = await voice.call(startVoiceRecognition, {});
		expect(again.output.already).toBe(true);
		expect(lines).toHaveLength(1);
		await expect(voice.call(startVoiceRecognition, {}, { user: anna })).rejects.toMatchObject({ code: "conflict" });
		const stopped = await voice.call(stopVoiceRecognition, {});
		expect(stopped.output).toEqual({ stopped: ["microphone"] });
		expect(stopped.say).toBe("I stopped listening to the microphone.");
		expect(lines[0]?.closed).toBe(true);
		const bytes = lines[0]?.bytes;
		await Bun.sleep(300);
		expect(lines[0]?.bytes).toBe(bytes);
		expect((await voice.call(stopVoiceRecognition, {})).say).toBe("I was not listening there.");
		await voice.call(startVoiceRecognition, {}, { user: anna });
		expect(lines[1]?.sound.user.id).toBe("u2");
	});

	test("a microphone that goes away is told to the person", async () => {
		const { server, voice } = await room();
		await voice.call(startVoiceRecognition, {});
		await server.kill();
		await vi.waitFor(() => expect(announced).toHaveLength(1), 5_000);
		expect(announced[0]).toMatchObject({
			userId: "u1",
			kind: "notice",
			text: expect.stringContaining("stopped listening"),
		});
		expect(lines[0]?.closed).toBe(true);
		expect((await voice.call(stopVoiceRecognition, {})).output.stopped).toEqual([]);
	});

	test("when the assistant ends it, the microphone is let go", async () => {
		const { voice } = await room();
		await voice.call(startVoiceRecognition, {});
		lines[0]?.sound.ended(new AiosError("unauthenticated", "The sign-in has ended."));
		expect((await voice.call(stopVoiceRecognition, {})).output.stopped).toEqual([]);
	});
});

describe("a satellite", () => {
	/** A device in another room: gives sound to whoever connects, and keeps what it is sent. */
	async function device() {
		const got: Buffer[] = [];
		let peer: Socket | undefined;
		const server = createServer((socket) => {
			peer = socket;
			const timer = setInterval(() => socket.write(new Uint8Array(tone.slice(0, 320).buffer)), 20);
			socket.on("data", (chunk) => got.push(Buffer.from(chunk)));
			socket.on("error", () => {});
			socket.on("close", () => clearInterval(timer));
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
		const address = server.address();
		const port = typeof address === "object" && address !== null ? address.port : 0;
		return { port, bytes: () => got.reduce((sum, { length }) => sum + length, 0), hangUp: () => peer?.destroy() };
	}

	test("is heard, and gets the answers at its own rate", async () => {
		const kitchen = await device();
		const voice = await start({}, { kitchen: { host: "127.0.0.1", port: kitchen.port } });
		const { say } = await voice.call(startVoiceRecognition, { source: "kitchen", mode: "push-to-talk" });
		expect(say).toBe("I am listening to the kitchen.");
		await vi.waitFor(() => expect(lines[0]?.bytes).toBeGreaterThan(3_000), 5_000);
		expect(lines[0]).toMatchObject({ loud: true, sound: { mode: "push-to-talk" } });
		const second = new Uint8Array(Int16Array.from({ length: 22_050 }, (_, at) => tone[at % 8_000] ?? 0).buffer);
		lines[0]?.sound.spoken({ turn: "t1", sampleRate: 22_050, pcm: second, last: true });
		await vi.waitFor(() => expect(kitchen.bytes()).toBe(32_000), 5_000);
		expect((await voice.call(stopVoiceRecognition, { source: "kitchen" })).output.stopped).toEqual(["kitchen"]);
	});

	test("that hangs up ends it, and the person is told", async () => {
		const kitchen = await device();
		const voice = await start({}, { kitchen: { host: "127.0.0.1", port: kitchen.port } });
		await voice.call(startVoiceRecognition, { source: "kitchen" });
		kitchen.hangUp();
		await vi.waitFor(() => expect(announced[0]?.text).toContain("kitchen"), 5_000);
		expect(lines[0]?.closed).toBe(true);
	});

	test("that is switched off can't be reached", async () => {
		const voice = await start({}, { kitchen: { host: "127.0.0.1", port: 1 } });
		await expect(voice.call(startVoiceRecognition, { source: "kitchen" })).rejects.toMatchObject({
			code: "missing_part",
			message: expect.stringContaining("kitchen"),
		});
		expect(lines).toHaveLength(0);
	});

	test("that no setting names is refused, whatever address it has", async () => {
		const voice = await start({}, { kitchen: { host: "127.0.0.1", port: 1 } });
		for (const source of ["garden", "127.0.0.1:22", "__proto__", "tcp://127.0.0.1:80"]) {
			await expect(voice.call(startVoiceRecognition, { source })).rejects.toMatchObject({
				code: "not_found",
				fix: expect.stringContaining("kitchen"),
			});
		}
	});
});

describe("without a microphone", () => {
	test("a machine without a recorder says what to install", async () => {
		const voice = await start({ PATH: "/nowhere" });
		await expect(voice.call(startVoiceRecognition, {})).rejects.toMatchObject({
			code: "missing_part",
			fix: expect.stringContaining("Install"),
		});
		expect(voice.adapters.recognition.requirement()).toMatchObject({ name: "microphone", ok: false });
	});

	test.skipIf(Bun.which("parecord") === null)(
		"a microphone that is refused is said, with what the recorder said",
		async () => {
			const voice = await start({ PULSE_SERVER: "unix:/nowhere/native" });
			await expect(voice.call(startVoiceRecognition, {})).rejects.toMatchObject({
				code: "missing_part",
				message: expect.stringContaining("parecord stopped recording"),
				fix: expect.stringContaining("microphone"),
			});
			expect(lines).toHaveLength(0);
			// What failed is forgotten: the next start tries again.
			await expect(voice.call(startVoiceRecognition, {})).rejects.toMatchObject({ code: "missing_part" });
		},
	);

	test("a server that runs alone has no assistant to listen", async () => {
		const voice = await startVoice();
		cleanUp.push(() => voice.stop());
		await expect(voice.call(startVoiceRecognition, {})).rejects.toMatchObject({ code: "unavailable" });
	});

	test.each([{ source: " " }, { mode: "always" }, { source: 7 }])("%j is refused", async (input) => {
		const voice = await start({});
		await expect(voice.call(startVoiceRecognition, input)).rejects.toThrow();
		if (!("mode" in input)) await expect(voice.call(stopVoiceRecognition, input)).rejects.toThrow();
	});
});

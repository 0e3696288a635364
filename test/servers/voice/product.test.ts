import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { encodeWav } from "../../../core/audio/index.ts";
import { type Reply, replySchema, sampleRate } from "../../../core/contract/index.ts";
import { historyOf } from "../../e2e/harness/history.ts";
import { type Product, startProduct } from "../../e2e/harness/product.ts";
import { samplesOf, voice as speaker } from "../../e2e/harness/sound.ts";
import { startDisplay } from "./display.ts";
import { hasSoundServer, startSoundServer } from "./sound-server.ts";

const has = (...programs: string[]) => programs.every((program) => Bun.which(program) !== null);
const timersSchema = z.object({ result: z.object({ timers: z.array(z.unknown()) }) });

describe.skipIf(speaker === undefined || !hasSoundServer || !has("Xvfb", "xterm", "xdotool"))(
	"the whole product",
	() => {
		let product: Product;
		let room: Awaited<ReturnType<typeof startSoundServer>>;
		let display: Awaited<ReturnType<typeof startDisplay>>;
		let port: string;

		beforeAll(async () => {
			room = await startSoundServer();
			display = await startDisplay();
			product = await startProduct({ DISPLAY: display.name, PULSE_SERVER: room.env.PULSE_SERVER });
			const { servers } = await product.status();
			port = servers.find(({ name }) => name === "voice")?.replicas[0]?.url ?? "";
		});
		afterAll(async () => {
			await product?.dispose();
			await display?.stop();
			await room?.stop();
		});

		const post = (path: string, body: BodyInit, type: string) =>
			fetch(`${port}${path}`, {
				method: "POST",
				headers: { "content-type": type, authorization: `Bearer ${product.token}`, "x-aios-session": "wav" },
				body,
			});
		const call = async (tool: string, input: unknown) =>
			(await post(`/${tool}`, JSON.stringify(input), "application/json")).json();
		const said = async (words: string): Promise<Reply> => {
			const pcm = samplesOf([{ silenceMs: 2_000 }, { say: words }, { silenceMs: 2_000 }]);
			const response = await post(
				"/execute_voice_command",
				new Blob([encodeWav({ pcm, sampleRate }).slice()]),
				"audio/wav",
			);
			expect(response.status).toBe(200);
			return replySchema.parse(await response.json());
		};

		test("a command spoken in a WAV file does what it says", async () => {
			const reply = await said("set a timer for ten minutes");
			expect(reply).toMatchObject({ status: "done", server: "main", tool: "set_timer" });
			expect(reply.transcript).toMatch(/timer/i);
			const { result } = await product.post("/command", { tool: "list_timers", arguments: {} }, timersSchema);
			expect(result.timers).toHaveLength(1);
		});

		test("a spoken command that could do harm is asked about, and a spoken yes does it in the real window", async () => {
			const notes = await display.terminal("Notes");
			await call("focus_window", { window: "notes" });
			const reply = await said("type good morning everyone");
			expect(reply).toMatchObject({ status: "confirm", tool: "type_text" });
			expect(await said("yes")).toMatchObject({ status: "done", tool: "type_text" });
			await call("press_keys", { keys: "enter" });
			await vi.waitFor(async () => expect(await notes.typed()).toMatch(/^good morning,? everyone\.?\n$/i), 5_000);
		});

		test("words are carried out with the caller's own rights, and only with credentials", async () => {
			const json = JSON.stringify({ text: "set a timer for one minute" });
			const stranger = await fetch(`${port}/execute_voice_command`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: json,
			});
			expect(stranger.status).toBe(401);
			const keySchema = z.object({ key: z.string() });
			const { key } = await product.post("/api_keys", { name: "voice only", scopes: ["voice:*:*"] }, keySchema);
			const limited = await fetch(`${port}/execute_voice_command`, {
				method: "POST",
				headers: { "content-type": "application/json", "x-api-key": key },
				body: json,
			});
			expect(replySchema.parse(await limited.json())).toMatchObject({ status: "failed", error: { code: "forbidden" } });
		});

		test("the machine's own microphone is listened to, and the answer comes from its loudspeaker", async () => {
			expect(await call("start_voice_recognition", { mode: "push-to-talk" })).toMatchObject({ source: "microphone" });
			await vi.waitFor(async () => expect((await product.status()).voice.listening).toBe(true), 5_000);
			const turns = (await historyOf(product)).length;
			const before = room.loudSamples();
			await room.say(samplesOf([{ silenceMs: 300 }, { say: "what time is it" }, { silenceMs: 1_500 }]));
			await vi.waitFor(
				async () => {
					const turn = (await historyOf(product))[turns];
					expect(turn).toMatchObject({ source: "voice", tool: "get_time", status: "done" });
				},
				{ timeout: 20_000, interval: 250 },
			);
			await vi.waitFor(() => expect(room.loudSamples() - before).toBeGreaterThan(5_000), 10_000);
			expect(await call("stop_voice_recognition", {})).toEqual({ stopped: ["microphone"] });
			await vi.waitFor(async () => expect((await product.status()).voice.listening).toBe(false), 5_000);
		});

		test("the same by words: start and stop listening", async () => {
			const words = (text: string) => product.post("/command", { text, session: "words" }, replySchema);
			expect(await words("start listening")).toMatchObject({ status: "done", tool: "start_voice_recognition" });
			expect(await words("stop listening")).toMatchObject({
				status: "done",
				reply: "I stopped listening to the microphone.",
			});
			expect(await words("which windows are open")).toMatchObject({ status: "done", tool: "list_windows" });
			const shot = await words("take a screenshot");
			expect(shot).toMatchObject({ status: "done", tool: "take_screenshot" });
			expect(shot.attachments?.[0]?.mimeType).toBe("image/png");
			expect(await words("type hello world")).toMatchObject({ status: "confirm" });
		});
	},
);

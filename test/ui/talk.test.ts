import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reply, tone } from "./support/gateway.ts";
import { browserPath, startBrowser, withBuiltPage } from "./support/page.ts";
import { openScreen } from "./support/screen.ts";

describe.skipIf(browserPath() === undefined)("talking to the page", () => {
	const withGateway = withBuiltPage();
	let browser: Browser;

	beforeAll(async () => {
		browser = await startBrowser();
	});
	afterAll(() => browser?.close());

	test("holding Space talks: words appear as they come, then what was understood, the answer and the times", () =>
		withGateway(async (gateway) => {
			const { page, trouble, see } = await openScreen(browser, gateway);
			await page.keyboard.down("Space");
			expect(await gateway.sent("audio:start")).toMatchObject({ sampleRate: 16_000, mode: "push-to-talk" });
			gateway.emit("speech:start", { turn: "spoken", at_ms: 100 });
			gateway.emit("transcript:partial", { turn: "spoken", text: "what time", ms: 300 });
			await see("[data-part=words][data-final=false]", "what time");
			await expect.poll(() => gateway.soundBytes()).toBeGreaterThan(16_000);
			await page.keyboard.up("Space");
			await gateway.sent("audio:stop");

			gateway.emit("transcript:final", { turn: "spoken", text: "What time is it in Tokyo?", ms: 80 });
			await see("[data-part=words][data-final=true]", "What time is it in Tokyo?");
			const call = { server: "main", tool: "get_time", arguments: { zone: "Asia/Tokyo" }, confidence: 0.97 };
			gateway.emit("intent", { turn: "spoken", ...call });
			for (const text of ["Get time", "Asia/Tokyo", "main server", "97% sure"])
				await see("[data-part=understood]", text);
			gateway.emit(
				"reply",
				reply({ turn: "spoken", reply: "It is ten past one.", ...call, result: { time: "13:10" } }),
			);
			await see("[data-part=answer]", "It is ten past one.");
			await see("[data-part=announcer]", "It is ten past one.");
			gateway.emit("turn:metrics", {
				turn: "spoken",
				endpoint_ms: 180,
				transcribe_ms: 240,
				understand_ms: 250,
				dispatch_ms: 270,
				first_audio_ms: 390,
				total_ms: 900,
			});
			await see("[aria-label='Time each stage took']", "120 ms");
			expect(trouble).toEqual([]);
		}));

	test("an alarm is on the page until it is stopped there, beside the exchange of now", () =>
		withGateway(async (gateway) => {
			const { page, see, type, trouble } = await openScreen(browser, gateway);
			await type("what time is it");
			await see("[data-part=answer]", "You typed what time is it.");
			gateway.emit("announcement", { text: "Your timer is done", kind: "alarm" });
			await see("[role=alert]", "Your timer is done.");
			await see("aside ol", "Your timer is done");
			await see("[data-part=words]", "what time is it");
			await page.click("[role=alert] button");
			await gateway.sent("interrupt");
			await page.waitForFunction(() => document.querySelector("[role=alert]")?.textContent === "");
			expect(trouble).toEqual([]);
		}));

	test("what a tool printed, and its table, are on the page at once, in units that people read", () =>
		withGateway(async (gateway) => {
			const table = { columns: ["name", "memory_bytes"], rows: [["bun", 5_451_776]] };
			const result = {
				status: "done",
				stdout: { text: "first\nsecond\n", total: 13 },
				result: "name memory\nbun 5",
				table,
			};
			gateway.onCommand(() => reply({ reply: "Done. The output is on the page.", result }));
			const { page, see, type } = await openScreen(browser, gateway);
			await type("run it");
			await see("[aria-label=Stdout]", "first\nsecond");
			await see("th", "memory");
			await see("td", "5 MB");
			expect(await page.$("details[open], [aria-label=Result]")).toBeNull();
		}));

	test("what was said before is there, page by page", () =>
		withGateway(async (gateway) => {
			gateway.remember(60);
			const { page, see } = await openScreen(browser, gateway);
			const turns = (count: number) =>
				page.waitForFunction((wanted) => document.querySelectorAll("aside ol time").length === wanted, {}, count);
			await turns(50);
			await see("aside ol li:last-child", "Show older");
			await page.click("aside ol li:last-child button");
			await turns(60);
			await see("aside ol li:last-child", "command 0");
		}));

	test("a click on the microphone listens to the end of the answer, so that talking interrupts it, then lets go by itself", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway);
			await page.click("button[aria-label=Talk]");
			await gateway.sent("audio:start");
			await see("[data-part=activity]", "Listening");
			gateway.emit("speech:start", { turn: "spoken", at_ms: 0 });
			await see("[data-part=activity]", "I hear you");
			gateway.emit("transcript:final", { turn: "spoken", text: "what time is it", ms: 90 });
			await see("[data-part=activity]", "Working on it… The microphone is still open.");
			gateway.emit("reply", reply({ turn: "spoken" }));
			const sound = { turn: "spoken", sampleRate: 22_050, pcm: tone(6) };
			gateway.emit("audio:reply", { ...sound, seq: 0, last: false });
			await see("[data-part=activity]", "Talk to interrupt");
			const during = gateway.soundBytes();
			await expect.poll(() => gateway.soundBytes()).toBeGreaterThan(during + 3_200);
			gateway.emit("speech:start", { turn: "second", at_ms: 2_000 });
			gateway.emit("audio:cancel", { turn: "spoken" });
			await see("[data-part=activity]", "I hear you");
			gateway.emit("transcript:final", { turn: "second", text: "and in Tokyo", ms: 90 });
			gateway.emit("reply", reply({ turn: "second", reply: "Ten past one." }));
			gateway.emit("audio:reply", { ...sound, turn: "second", pcm: tone(3), seq: 0, last: true });
			await see("[data-part=answer]", "Ten past one.");
			await see("[data-part=activity]", "Talk to interrupt");
			expect(gateway.received.filter(({ name }) => name === "audio:stop")).toEqual([]);
			await gateway.sent("audio:stop");
			await see("[data-part=activity]", "Click to talk");
			const before = gateway.soundBytes();
			await new Promise((resolve) => setTimeout(resolve, 300));
			expect(gateway.soundBytes()).toBe(before);
		}));

	test("a question is listened for after it was read, one click ends that, and Space interrupts the answer at once", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway);
			await page.click("button[aria-label=Talk]");
			await gateway.sent("audio:start");
			gateway.emit("transcript:final", { turn: "spoken", text: "set a timer", ms: 90 });
			const question = { slot: "duration", text: "For how long?" };
			gateway.emit("reply", reply({ turn: "spoken", status: "ask", reply: question.text, question }));
			const sound = { sampleRate: 22_050, pcm: tone(0.3), seq: 0, last: true };
			gateway.emit("audio:reply", { ...sound, turn: "spoken" });
			await see("[data-part=activity]", "Still listening");
			const before = gateway.soundBytes();
			await new Promise((resolve) => setTimeout(resolve, 1_500));
			expect(gateway.soundBytes()).toBeGreaterThan(before + 16_000);
			await page.click("button[aria-label='Stop listening']");
			await gateway.sent("audio:stop");
			await see("[data-part=activity]", "Click to talk");

			gateway.emit("audio:reply", { ...sound, turn: "other", pcm: tone(4) });
			await see("[data-part=activity]", "Speaking");
			await page.keyboard.down("Space");
			await gateway.sent("interrupt");
			await gateway.sent("audio:start", 2);
			await see("[data-part=activity]", "Listening");
			await page.keyboard.up("Space");
			await gateway.sent("audio:stop", 2);
		}));

	test("where no words were heard the page says so, and shows no empty exchange", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway);
			await page.click("button[aria-label=Talk]");
			await gateway.sent("audio:start");
			gateway.emit("speech:start", { turn: "spoken", at_ms: 0 });
			gateway.emit("transcript:partial", { turn: "spoken", text: "hm", ms: 30 });
			await see("[data-part=words]", "hm");
			gateway.emit("transcript:final", { turn: "spoken", text: "", ms: 0 });
			await see("[role=alert]", "I didn't hear any words.");
			await see("[data-part=activity]", "Click to talk");
			expect(await page.$$("article, ol > li")).toHaveLength(0);
		}));

	test("sound arrives as whole 20 ms chunks of 16 kHz mono, about as long as was listened", () =>
		withGateway(async (gateway) => {
			const { page } = await openScreen(browser, gateway);
			await page.keyboard.down("Space");
			await gateway.sent("audio:start");
			await expect.poll(() => gateway.soundBytes()).toBeGreaterThan(0);
			const from = { bytes: gateway.soundBytes(), at: performance.now() };
			await new Promise((resolve) => setTimeout(resolve, 2_000));
			const seconds = (performance.now() - from.at) / 1_000;
			const heard = (gateway.soundBytes() - from.bytes) / 32_000;
			await page.keyboard.up("Space");
			expect(gateway.soundBytes() % 640).toBe(0);
			expect(heard / seconds).toBeGreaterThan(0.8);
			expect(heard / seconds).toBeLessThan(1.2);
		}));

	test("the answer is heard without gaps, and stopping it silences it at once", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway, { before: listenToOutput });
			await page.click("#words");
			const pcm = tone(1);
			for (let seq = 0; seq < 4; seq++) {
				gateway.emit("audio:reply", { turn: "t", seq, sampleRate: 22_050, pcm, last: seq === 3 });
			}
			await see("[data-part=activity]", "Speaking");
			await page.waitForFunction("output.loudness() > 0.05");
			const gaps = (await page.evaluate("output.gaps()")) as number[];
			expect(gaps).toHaveLength(3);
			for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.001);

			await page.keyboard.press("Escape");
			await gateway.sent("interrupt");
			await page.waitForFunction("output.loudness() < 0.001", { timeout: 1_000 });
			gateway.emit("audio:reply", { turn: "t", seq: 4, sampleRate: 22_050, pcm, last: true });
			gateway.emit("audio:reply", { turn: "next", seq: 0, sampleRate: 22_050, pcm, last: true });
			await see("[data-part=activity]", "Speaking");
			gateway.emit("audio:cancel", { turn: "next" });
			await see("[data-part=activity]", "Click to talk");
			expect(await page.evaluate("output.played")).toBe(5);
		}));

	test("hands-free stays open across turns and is taken up again after the connection came back", () =>
		withGateway(async (gateway) => {
			const { page, see } = await openScreen(browser, gateway);
			await page.click("[role=switch]");
			expect(await gateway.sent("audio:start")).toMatchObject({ mode: "hands-free" });
			await see("[data-part=activity]", "Say “hey computer”");
			gateway.emit("transcript:final", { turn: "spoken", text: "what time is it", ms: 90 });
			gateway.emit("reply", reply({ turn: "spoken" }));
			await see("[data-part=activity]", "Say “hey computer”");
			await gateway.stop();
			await see("[role=alert]", "The connection to AIOS dropped");
			await gateway.start();
			expect(await gateway.sent("audio:start", 2)).toMatchObject({ mode: "hands-free" });
			await see("[data-part=activity]", "Say “hey computer”");
			const before = gateway.soundBytes();
			await expect.poll(() => gateway.soundBytes()).toBeGreaterThan(before);
		}));
});

/** Runs in the page: measures what reaches the loudspeaker and when each piece of it was to start. */
function listenToOutput() {
	const starts: { at: number; duration: number }[] = [];
	const taps: AnalyserNode[] = [];
	const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => unknown;
	Object.assign(AudioNode.prototype, {
		connect(this: AudioNode, ...to: unknown[]) {
			if (to[0] instanceof AudioDestinationNode) {
				const tap = this.context.createAnalyser();
				connect.call(this, tap);
				taps.push(tap);
			}
			return connect.apply(this, to);
		},
	});
	const start = AudioBufferSourceNode.prototype.start;
	AudioBufferSourceNode.prototype.start = function (at = 0) {
		starts.push({ at, duration: this.buffer?.duration ?? 0 });
		start.call(this, at);
	};
	Object.assign(globalThis, {
		output: {
			loudness: () =>
				Math.max(
					0,
					...taps.map((tap) => {
						const wave = new Float32Array(tap.fftSize);
						tap.getFloatTimeDomainData(wave);
						return Math.sqrt(wave.reduce((sum, sample) => sum + sample * sample, 0) / wave.length);
					}),
				),
			gaps: () => starts.slice(1).map(({ at }, i) => at - (starts[i]?.at ?? 0) - (starts[i]?.duration ?? 0)),
			get played() {
				return starts.length;
			},
		},
	});
}

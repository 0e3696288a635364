import { describe, expect, test } from "vitest";
import { AiosError } from "../../core/contract/index.ts";
import { done, fakeAssistant, setUp, speakInto } from "./fakes/client.ts";
import { fakeEngines, joinPcm, silence } from "./fakes/engines.ts";
import { inVirtualTime } from "./fakes/virtual-time.ts";

const finished = () => 0.98;

inVirtualTime();

describe.concurrent("a spoken command", () => {
	test("is transcribed, carried out and answered aloud, every step told in order", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		const { turn } = session.start({ mode: "push-to-talk", session: "s1" });
		await speakInto(session, joinPcm(silence(200), engines.say("what time is it"), silence(500)));
		await events.next("turn:metrics");
		expect(assistant.commands).toMatchObject([
			{ text: "what time is it", options: { session: "s1", source: "voice", turn } },
		]);
		const order = ["speech:start", "speech:end", "transcript:final", "intent", "reply", "audio:reply"] as const;
		const places = order.map((name) => events.all.findIndex((each) => each.name === name));
		expect(places).toEqual([...places].sort((a, b) => a - b));
		expect(places).not.toContain(-1);
		expect(events.of("transcript:partial").length).toBeGreaterThan(0);
		for (const { payload } of events.all) expect(payload).toHaveProperty("turn", turn);
		expect(engines.spoken).toEqual(["You said what time is it."]);
	});

	test("in parts with a thinking pause is one command, and ends soon after the last word", async () => {
		const engines = fakeEngines({ complete: (text) => (text.endsWith("minutes") ? 0.97 : 0.05) });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		const sound = joinPcm(engines.say("set a timer for"), silence(1200), engines.say("ten minutes"), silence(600));
		await speakInto(session, sound);
		await events.next("reply");
		expect(assistant.commands.map(({ text }) => text)).toEqual(["set a timer for ten minutes"]);
		expect((await events.next("turn:metrics")).endpoint_ms).toBeLessThan(1500);
	});

	test("whose words cannot be all of it is waited for, however sure the turn model is", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("add milk and"), silence(900), engines.say("eggs"), silence(500)));
		await events.next("reply");
		expect(assistant.commands.map(({ text }) => text)).toEqual(["add milk and eggs"]);
	});

	test("in a level voice the turn model takes for unfinished still ends", async () => {
		const engines = fakeEngines({ complete: () => 0.1 });
		const { session, events } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("stop the music"), silence(2200)));
		expect((await events.next("reply")).reply).toContain("stop the music");
	});

	test("ends after a fixed silence where there is no turn model", async () => {
		const engines = fakeEngines({});
		const { session, events } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("what time is it"), silence(1200)));
		expect((await events.next("turn:metrics")).endpoint_ms).toBeGreaterThanOrEqual(700);
	});

	test("ends at once when the key is released, with the sound still on its way", async () => {
		const engines = fakeEngines({ complete: () => 0.05 });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, engines.say("open the door"), 20);
		session.stop();
		await events.next("reply");
		expect(assistant.commands[0]?.text).toBe("open the door");
		expect(engines.streams[0]?.open).toBe(false);
	});

	test("its text is decoded once: ahead, in the closing silence", async () => {
		const engines = fakeEngines({ complete: finished, decodeMs: 30 });
		const { session, events } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("hello"), silence(500)));
		await events.next("reply");
		expect(engines.streams[0]?.transcribed).toBe(1);
	});

	test("nothing said between press and release is told as no words, and nothing runs", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		const { turn } = session.start({ mode: "push-to-talk" });
		await speakInto(session, silence(400));
		session.stop();
		expect(await events.next("transcript:final")).toMatchObject({ turn, text: "" });
		expect(assistant.commands).toEqual([]);
	});

	test.each(["Thank you.", "[Music]", "Thanks for watching!", "you you you you you you you", "♪"])(
		"is not made of what the recogniser writes for noise: %s",
		async (madeUp) => {
			const engines = fakeEngines({ complete: finished, hears: () => madeUp });
			const { session, events, assistant } = setUp({ engines });
			session.start({ mode: "push-to-talk" });
			await speakInto(session, joinPcm(engines.say("noise"), silence(500)));
			await events.next("speech:end");
			await new Promise((resolve) => setTimeout(resolve, 100));
			expect(assistant.commands).toEqual([]);
			expect(events.of("transcript:final")).toEqual([]);
		},
	);

	test("metrics grow from stage to stage, all measured from the end of speech", async () => {
		const engines = fakeEngines({ complete: finished, decodeMs: 40, synthesizeMs: 30 });
		const { session, events } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("what time is it"), silence(500)));
		const metrics = await events.next("turn:metrics");
		const { endpoint_ms, transcribe_ms, understand_ms, dispatch_ms, first_audio_ms = 0, total_ms } = metrics;
		const stages = [endpoint_ms, transcribe_ms, understand_ms, dispatch_ms, first_audio_ms, total_ms];
		expect(stages).toEqual([...stages].sort((a, b) => a - b));
		expect(endpoint_ms).toBeGreaterThan(100);
		expect(endpoint_ms).toBeLessThan(1500);
	});
});

describe.concurrent("answers", () => {
	test("leave sentence by sentence, the first sound before the last sentence is made", async () => {
		const engines = fakeEngines({ complete: finished, synthesizeMs: 150 });
		const assistant = fakeAssistant(() => done("First sentence. Second sentence. Third sentence."));
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "push-to-talk" });
		const speaking = speakInto(session, joinPcm(engines.say("tell me"), silence(400)));
		await events.next("audio:reply");
		expect(engines.spoken.length).toBeLessThan(3);
		await speaking;
		while (!events.of("audio:reply").some(({ last }) => last)) await new Promise((resolve) => setTimeout(resolve, 10));
		const pieces = events.of("audio:reply");
		expect(pieces.map(({ seq }) => seq)).toEqual(pieces.map((_, i) => i));
		expect(pieces.filter(({ last }) => last)).toHaveLength(1);
		expect(pieces.at(-1)?.last).toBe(true);
		expect(engines.spoken).toHaveLength(3);
	});

	test("are sent only a moment ahead of their playing", async () => {
		const engines = fakeEngines({ complete: finished, msPerCharacter: 200 });
		const assistant = fakeAssistant(() => done("A long answer that goes on and on. And on and on it goes."));
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("tell me"), silence(400)));
		await events.next("audio:reply");
		await new Promise((resolve) => setTimeout(resolve, 500));
		const sentMs = events.of("audio:reply").reduce((sum, { pcm }) => sum + pcm.byteLength / 32, 0);
		expect(sentMs).toBeLessThan(3500);
	});
});

describe.concurrent("speaking while it talks", () => {
	const longAnswer = () => done("This is a rather long answer about the weather of the coming week. It goes on.");

	test("silences it at once, and what was said is the next command", async () => {
		const engines = fakeEngines({ complete: finished, msPerCharacter: 60 });
		const { session, events, assistant } = setUp({ engines, assistant: fakeAssistant(longAnswer) });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("tell me"), silence(900)));
		const first = await events.next("audio:reply");
		const speechBegins = performance.now();
		await speakInto(session, joinPcm(engines.say("what time is it"), silence(500)));
		expect(await events.next("audio:cancel")).toEqual({ turn: first.turn });
		const cancelled = events.all.find(({ name }) => name === "audio:cancel")?.at ?? 0;
		expect(cancelled - speechBegins).toBeLessThan(1000);
		await events.next("reply", { skip: 1 });
		expect(assistant.commands.map(({ text }) => text)).toEqual(["tell me", "what time is it"]);
		const late = events.all.filter(
			({ name, payload, at }) =>
				name === "audio:reply" && at > cancelled && "turn" in payload && payload.turn === first.turn,
		);
		expect(late).toEqual([]);
	});

	test("with 'stop' ends the talking and runs nothing", async () => {
		const engines = fakeEngines({ complete: finished, msPerCharacter: 60 });
		const { session, events, assistant } = setUp({ engines, assistant: fakeAssistant(longAnswer) });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("tell me"), silence(900)));
		await speakInto(session, joinPcm(engines.say("stop"), silence(500)));
		expect(await events.next("reply", { skip: 1 })).toMatchObject({ status: "done", reply: "" });
		expect(assistant.commands).toHaveLength(1);
		expect(events.of("audio:cancel")).toHaveLength(1);
	});

	test("interrupt stops the speech; the next command works", async () => {
		const engines = fakeEngines({ complete: finished, msPerCharacter: 60 });
		const { session, events } = setUp({ engines, assistant: fakeAssistant(longAnswer) });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("tell me"), silence(600)));
		await events.next("audio:reply");
		session.interrupt();
		expect(events.of("audio:cancel")).toHaveLength(1);
		session.interrupt();
		await speakInto(session, joinPcm(engines.say("and tomorrow"), silence(600)));
		const second = await events.next("reply", { skip: 1 });
		expect(second.status).toBe("done");
		await events.next("turn:metrics", { skip: 1 });
		expect(events.of("audio:reply").some(({ turn }) => turn === second.turn)).toBe(true);
	});

	test("interrupt while a command runs aborts that command alone", async () => {
		const engines = fakeEngines({ complete: finished });
		const seen: AbortSignal[] = [];
		const assistant = fakeAssistant(async (text, { signal }) => {
			seen.push(signal);
			if (text !== "work") return done("Fine.");
			await new Promise((resolve) => signal.addEventListener("abort", resolve));
			return { ...done("Stopped."), status: "failed" as const };
		});
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("work"), silence(500)));
		await events.next("intent");
		session.interrupt();
		await events.next("reply");
		await speakInto(session, joinPcm(engines.say("again"), silence(500)));
		await events.next("audio:reply");
		expect(seen.map(({ aborted }) => aborted)).toEqual([true, false]);
	});
});

describe.concurrent("hands-free", () => {
	test("only what follows the wake phrase is a command; an answer may be followed up without it", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines, settings: { followUpMs: 700 } });
		session.start({ mode: "hands-free" });
		await speakInto(session, joinPcm(engines.say("the weather is nice today"), silence(500)));
		await speakInto(session, joinPcm(engines.say("hey computer what time is it"), silence(500)));
		await events.next("reply");
		await speakInto(session, joinPcm(engines.say("and in tokyo"), silence(500)));
		await events.next("reply", { skip: 1 });
		await new Promise((resolve) => setTimeout(resolve, 1200));
		await speakInto(session, joinPcm(engines.say("nobody asked you"), silence(600)));
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it", "and in tokyo"]);
		expect(events.of("transcript:final").map(({ text }) => text)).toEqual(["what time is it", "and in tokyo"]);
		expect(
			events.of("transcript:partial").some(({ text }) => text.includes("weather") || text.includes("nobody")),
		).toBe(false);
	});

	test("the phrase alone makes it listen for the next sentence", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "hands-free" });
		await speakInto(session, joinPcm(engines.say("hey computer"), silence(700)));
		await speakInto(session, joinPcm(engines.say("what time is it"), silence(500)));
		await events.next("reply");
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it"]);
	});

	test("talk after an answer that means nothing to it is not remarked upon", async () => {
		const engines = fakeEngines({ complete: finished });
		const assistant = fakeAssistant((text) =>
			text === "hello" ? done("Hello.") : { ...done("I don't know how to do that."), status: "unknown" },
		);
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "hands-free" });
		await speakInto(session, joinPcm(engines.say("hey computer hello"), silence(700)));
		await speakInto(session, joinPcm(engines.say("did you see the match"), silence(600)));
		expect((await events.next("reply", { skip: 1 })).status).toBe("unknown");
		await events.next("turn:metrics", { skip: 1 });
		expect(engines.spoken).toEqual(["Hello."]);
	});
});

describe.concurrent("announcements", () => {
	test("wait until the person has finished speaking", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, loop } = setUp({ engines });
		session.start({ mode: "hands-free" });
		const talking = speakInto(session, joinPcm(engines.say("so i told him that"), silence(700)));
		await events.next("speech:start");
		expect(loop.announce({ text: "Your timer is done.", kind: "notice", userId: "p1" })).toBe(1);
		expect(await events.next("announcement")).toEqual({ text: "Your timer is done.", kind: "notice" });
		await events.next("audio:reply");
		const at = (name: string) => events.all.findIndex((each) => each.name === name);
		expect(at("speech:end")).toBeLessThan(at("audio:reply"));
		await talking;
		expect(engines.spoken).toEqual(["Your timer is done."]);
	});

	test("reach only the person they are for", () => {
		const { loop } = setUp({ engines: fakeEngines() });
		expect(loop.announce({ text: "Not yours.", kind: "notice", userId: "someone else" })).toBe(0);
	});

	test("an alarm is stopped by saying stop", async () => {
		const engines = fakeEngines({ complete: finished, msPerCharacter: 60 });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "hands-free" });
		session.announce({ text: "It is seven, time to get up now.", kind: "alarm" });
		await events.next("audio:reply");
		await speakInto(session, joinPcm(silence(400), engines.say("stop"), silence(500)));
		await events.next("audio:cancel");
		expect(await events.next("reply")).toMatchObject({ reply: "" });
		expect(assistant.commands).toEqual([]);
	});
});

describe.concurrent("when the engines fail", () => {
	test("a crash in mid-sentence fails that turn aloud; the rest of the sentence runs nothing, the next turn works", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		const { turn } = session.start({ mode: "push-to-talk" });
		await speakInto(session, engines.say("do not"));
		engines.crash();
		expect(await events.next("error")).toMatchObject({ code: "unavailable", turn });
		expect(await events.next("reply")).toMatchObject({ status: "failed", turn });
		await new Promise((resolve) => setTimeout(resolve, 260));
		await speakInto(session, joinPcm(engines.say("delete the file"), silence(600)));
		expect(assistant.commands).toEqual([]);
		await speakInto(session, joinPcm(engines.say("what time is it"), silence(500)));
		await events.next("reply", { skip: 1 });
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it"]);
		expect(engines.spoken[0]).toContain("speech engines stopped");
	});

	test("a failed decode is told aloud", async () => {
		const engines = fakeEngines({ complete: finished, failTranscribe: new AiosError("busy", "Too many at once.") });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("hello there"), silence(500)));
		expect(await events.next("reply")).toMatchObject({ status: "failed", error: { code: "busy" } });
		await events.next("audio:reply");
		expect(engines.spoken).toEqual(["Too many at once."]);
		expect(assistant.commands).toEqual([]);
	});

	test("a voice that fails costs the sound, not the answer", async () => {
		const engines = fakeEngines({ complete: finished, failSynthesize: new AiosError("unavailable", "No voice.") });
		const { session, events } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("hello there"), silence(500)));
		expect((await events.next("reply")).reply).toBe("You said hello there.");
		expect((await events.next("turn:metrics")).first_audio_ms).toBeUndefined();
		expect(await events.next("error")).toMatchObject({ message: "No voice." });
	});

	test("engines that are down refuse the start in words", () => {
		const engines = fakeEngines({ failOpen: new AiosError("unavailable", "The speech engines are starting.") });
		const { session } = setUp({ engines });
		expect(() => session.start({ mode: "push-to-talk" })).toThrow("starting");
	});
});

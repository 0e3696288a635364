import { describe, expect, test } from "vitest";
import type { Channel } from "../../core/contract/index.ts";
import { createSpeechClient } from "../../core/voice/speech-client.ts";
import { serveSpeech } from "../../servers/voice/speech-host.ts";
import { setUp, speakInto } from "./fakes/client.ts";
import { fakeEngines, joinPcm, silence } from "./fakes/engines.ts";
import { createSoundClock } from "./fakes/sound-clock.ts";
import { inVirtualTime } from "./fakes/virtual-time.ts";

/** The two ends of a line between processes, and the end of it. */
function channelPair(): { here: Channel; there: Channel; cut(): void } {
	const end = () => ({ takes: [] as ((message: unknown) => void)[], closes: [] as (() => void)[] });
	const ends = [end(), end()] as const;
	let open = true;
	const side = (own: 0 | 1): Channel => ({
		post: (message) => {
			if (open) for (const take of ends[own === 0 ? 1 : 0].takes) take(message);
		},
		onMessage: (take) => void ends[own].takes.push(take),
		onClose: (close) => void ends[own].closes.push(close),
	});
	return {
		here: side(0),
		there: side(1),
		cut() {
			open = false;
			for (const close of ends.flatMap(({ closes }) => closes)) close();
		},
	};
}

/** A client whose speech process can be started and killed; it is waited for as long as is said. */
function setUpProcess(waitMs: number) {
	const scripted = fakeEngines({ complete: () => 0.98 });
	let opened: (channel: Channel) => void = () => undefined;
	const engines = createSpeechClient({
		onChannel: (listener) => {
			opened = listener;
		},
		waitMs,
		voiceWaitMs: 5000,
	});
	return {
		...setUp({ engines }),
		scripted,
		/** Starts the process; gives how to kill it. */
		start() {
			const { here, there, cut } = channelPair();
			serveSpeech(scripted, there);
			opened(here);
			return cut;
		},
	};
}

inVirtualTime();

describe.concurrent("while the speech process is starting", () => {
	test("what is said with the key held is kept, and answered when it is there", async () => {
		const { session, events, assistant, scripted, start } = setUpProcess(3000);
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(silence(100), scripted.say("what time is it")));
		session.stop();
		start();
		await events.next("reply");
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it"]);
		expect(events.of("error")).toEqual([]);
	});

	test("two sentences are two turns, each answered", async () => {
		const { session, events, assistant, scripted, start } = setUpProcess(8000);
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(scripted.say("hello"), silence(1900), scripted.say("and goodbye"), silence(500)));
		start();
		await events.next("reply", { skip: 1 });
		expect(assistant.commands.map(({ text }) => text)).toEqual(["hello", "and goodbye"]);
	});

	test("and does not come in time, the turn fails on the page, and aloud once there is a voice again", async () => {
		const { session, events, assistant, scripted, start } = setUpProcess(700);
		const { turn } = session.start({ mode: "push-to-talk" });
		await speakInto(session, scripted.say("what time is it"));
		session.stop();
		expect(await events.next("reply")).toMatchObject({ turn, status: "failed", error: { code: "unavailable" } });
		expect(await events.next("error")).toMatchObject({ turn });
		start();
		await events.next("audio:reply");
		expect(scripted.spoken[0]).toContain("speech engines stopped");
		expect(assistant.commands).toEqual([]);
		expect(events.of("reply")).toHaveLength(1);
		expect(events.of("transcript:final"), "not told to have said nothing").toEqual([]);
	});

	test("and does not come at all, each sentence hands-free fails, but a quiet room is told once", async () => {
		const { session, events, scripted } = setUpProcess(400);
		session.start({ mode: "hands-free" });
		await speakInto(session, silence(1000));
		expect(events.of("error").map(({ turn }) => turn)).toEqual([undefined]);
		await speakInto(session, joinPcm(scripted.say("hey computer hello"), silence(500)));
		expect((await events.next("reply")).status).toBe("failed");
		session.close();
	});

	test("the rest of a sentence that failed is no command, the next sentence is", async () => {
		const { session, events, assistant, scripted, start } = setUpProcess(400);
		session.start({ mode: "push-to-talk" });
		await speakInto(session, scripted.say("please do not"));
		await events.next("error");
		const speaking = speakInto(
			session,
			joinPcm(scripted.say("delete the file"), silence(700), scripted.say("what time is it"), silence(500)),
		);
		start();
		await speaking;
		await events.next("reply", { skip: 1 });
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it"]);
	});
});

describe.concurrent("when the speech process dies", () => {
	test("in a silence, whoever speaks before it is back is heard from the first word", async () => {
		const { session, events, assistant, scripted, start } = setUpProcess(3000);
		const kill = start();
		session.start({ mode: "push-to-talk" });
		await speakInto(session, silence(200));
		kill();
		await speakInto(session, joinPcm(scripted.say("what time is it"), silence(600)));
		start();
		await events.next("reply");
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it"]);
		session.close();
	});

	test("in a sentence, that turn fails at once and the one after it is kept", async () => {
		const { session, events, assistant, scripted, start } = setUpProcess(8000);
		const kill = start();
		const { turn } = session.start({ mode: "push-to-talk" });
		await speakInto(session, scripted.say("set a timer"));
		kill();
		expect(await events.next("reply")).toMatchObject({ turn, status: "failed" });
		await speakInto(session, joinPcm(silence(500), scripted.say("what time is it"), silence(600)));
		start();
		await events.next("reply", { skip: 1 });
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it"]);
		session.close();
	});

	test("in such a way that it never looks at what it is sent, the turn fails within ten seconds", async () => {
		const scripted = fakeEngines({ deaf: true });
		const clock = createSoundClock();
		const { session, events } = setUp({ engines: scripted, clock });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, scripted.say("what time is it"));
		session.stop();
		clock.advance(9000);
		expect(events.of("reply")).toEqual([]);
		clock.advance(1000);
		expect(await events.next("reply")).toMatchObject({ status: "failed", error: { code: "unavailable" } });
		expect(scripted.streams.map(({ open }) => open)).toEqual([false]);
	});
});

import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { wordsOf } from "../../core/voice/words.ts";
import { samplesOf as soundOf, voice } from "../e2e/harness/sound.ts";
import { firstVoiced } from "../fixtures/speech-audio.ts";
import { done, fakeAssistant, setUp, speakInto } from "./fakes/client.ts";
import { joinPcm, silence } from "./fakes/engines.ts";
import { at16k, createPage } from "./fakes/loudspeaker.ts";
import { createSoundClock, inStep } from "./fakes/sound-clock.ts";
import { type RealEngines, realEngines, realUnderstander } from "./real/engines.ts";

/** Whole sessions in real time, with the engines of the product and sound as a microphone would give it. */
describe.skipIf(voice === undefined)("with real engines", () => {
	let engines: RealEngines;
	const understander = realUnderstander();
	beforeAll(async () => {
		engines = await realEngines();
	});
	afterAll(() => engines.remove());

	function start(
		{ onTestFinished }: TestContext,
		answer: string,
		settings: Parameters<typeof setUp>[0]["settings"] = {},
		own: Pick<Parameters<typeof setUp>[0], "clock" | "engines"> = { engines },
	) {
		const assistant = Object.assign(
			fakeAssistant(() => done(answer)),
			{ foresee: async (text: string) => (await understander.understand(text, { now: new Date() })).kind },
		);
		const made = setUp({ ...own, assistant, settings });
		onTestFinished(() => made.session.close());
		return { ...made, assistant };
	}

	/** The same with time that goes by as the microphone's sound does: a busy machine makes both slow. */
	function startInStep(context: TestContext, answer: string) {
		const clock = createSoundClock();
		const step = inStep(engines);
		return { ...start(context, answer, {}, { clock, engines: step.engines }), clock, heard: step.heard };
	}

	/** What reached the loudspeaker, as one stretch of sound at 16 kHz. */
	const say = (text: string): Int16Array => soundOf([{ say: text }]);

	test.concurrent("a spoken question is heard, and the spoken answer holds the answer's words", async (context) => {
		const { session, events, assistant } = start(context, "It is five minutes past three.");
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(silence(300), say("what time is it"), silence(900)));
		await events.next("audio:reply");
		expect(assistant.commands[0]?.text.toLowerCase()).toContain("what time is it");
		await until(() => events.of("audio:reply").some(({ last }) => last));
		const { segments } = await engines.transcribeAll(joinPcm(...events.of("audio:reply").map(at16k)));
		const words = wordsOf(segments.map(({ text }) => text).join(" "));
		expect(words).toEqual(expect.arrayContaining(["minutes", "past"]));
	});

	test.concurrent.for(["hey computer", "okay jarvis"])(
		"'%s' wakes it; talk without the phrase does not",
		async (wakePhrase, context) => {
			const { session, events, assistant } = start(context, "Fine.", { wakePhrase });
			session.start({ mode: "hands-free" });
			await speakInto(session, joinPcm(say("the weather is rather nice today"), silence(1900)));
			await speakInto(session, joinPcm(say(`${wakePhrase}, what time is it`), silence(900)));
			await events.next("reply");
			expect(assistant.commands).toHaveLength(1);
			expect(assistant.commands[0]?.text.toLowerCase()).toMatch(/^what time is it/);
		},
	);

	test.concurrent.for([
		["silence", () => new Int16Array(16_000 * 4)],
		["white noise", () => noise(4, 1500)],
		["music", () => chords(4)],
		["knocking", () => knocks(4)],
	] as const)("%s is no words and no command", async ([, sound], context) => {
		const { session, events, assistant } = start(context, "Fine.");
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(sound(), silence(2200)));
		expect(assistant.commands).toEqual([]);
		expect(events.of("transcript:final").filter(({ text }) => text !== "")).toEqual([]);
		expect(events.of("reply")).toEqual([]);
	});

	test("its own voice from the loudspeaker neither interrupts it nor is a command; a person over it does", {
		timeout: 60_000,
	}, async (context) => {
		const { session, events, assistant, clock, heard } = startInStep(
			context,
			"The weather will be cloudy in the morning, with some rain at noon. In the afternoon the sun comes out, and it gets warmer. The night stays dry and clear.",
		);
		session.start({ mode: "push-to-talk" });
		// What is played comes back a third of a second later, reverberating. Words are decoded in real time.
		const room = { delayMs: 340, gain: 0.4, reverbMs: 350, noise: 0.001, lowHz: 150, highHz: 6500 };
		const page = createPage(session, events, room, async () => {
			await new Promise((resolve) => setTimeout(resolve, 20));
			clock.advance(20);
			await heard();
		});
		await page.listen({ ms: 5500, person: joinPcm(silence(300), say("what time is it")) });
		expect(events.of("audio:reply").length).toBeGreaterThan(4);
		expect(events.of("audio:cancel")).toEqual([]);
		expect(assistant.commands).toHaveLength(1);
		const words = say("stop talking please");
		expect(await page.listen({ ms: 2600, person: words.subarray(firstVoiced(words)) })).toBeLessThanOrEqual(200);
		expect(events.of("audio:cancel")).toHaveLength(1);
	});
});

async function until(done: () => boolean, withinMs = 15_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!done()) {
		if (performance.now() > end) throw new Error("it did not happen in time");
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

function noise(seconds: number, level: number): Int16Array {
	let state = 7;
	return Int16Array.from({ length: seconds * 16_000 }, () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return (state / 2 ** 31 - 1) * level;
	});
}

function chords(seconds: number): Int16Array {
	const tones = [220, 277, 330, 440];
	return Int16Array.from({ length: seconds * 16_000 }, (_, i) => {
		const beat = Math.exp(-((i % 8000) / 4000));
		return tones.reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * i) / 16_000), 0) * 1800 * beat;
	});
}

function knocks(seconds: number): Int16Array {
	const hiss = noise(seconds, 12_000);
	return hiss.map((sample, i) => sample * Math.exp(-((i % 12_000) / 200)));
}

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Vad } from "../../models/vad/index.ts";
import { samplesOf as soundOf, voice } from "../e2e/harness/sound.ts";
import type { RoomShape } from "../fixtures/room.ts";
import { firstVoiced } from "../fixtures/speech-audio.ts";
import { noises } from "../fixtures/speech-noise.ts";
import { done, fakeAssistant, setUp } from "./fakes/client.ts";
import { createPage } from "./fakes/loudspeaker.ts";
import { createSoundClock, inStep } from "./fakes/sound-clock.ts";
import { detectingEngines, openDetector } from "./real/detector.ts";

const answer =
	"The weather will be cloudy in the morning, with some rain at noon. In the afternoon the sun comes out, and it gets warmer.";

/** What a recogniser made of an echo of that once: none of the words are the assistant's. */
const misheard = "but when we were young";

const room: RoomShape = { delayMs: 150, gain: 0.3, reverbMs: 350, wet: 0.5, noise: 0.0005, lowHz: 150, highHz: 6500 };
const headphones: RoomShape = { delayMs: 0, gain: 0, noise: 0.0005 };

/** With the product's voice and voice detector, in the time of the sound itself. */
describe.skipIf(voice === undefined)("while the assistant talks", () => {
	let vad: Vad;
	let engines: Awaited<ReturnType<typeof detectingEngines>>;
	const open: { close(): void }[] = [];
	const person = () => {
		const words = soundOf([{ say: "wait a moment please" }]);
		return words.subarray(firstVoiced(words));
	};
	beforeAll(async () => {
		vad = await openDetector();
		engines = await detectingEngines(vad, misheard, [answer]);
	});
	afterEach(() => {
		for (const each of open.splice(0)) each.close();
	});
	afterAll(() => vad.close());

	function start(shape: RoomShape) {
		const clock = createSoundClock();
		const step = inStep(engines);
		const assistant = fakeAssistant(() => done(answer));
		const { session, events } = setUp({ engines: step.engines, assistant, clock, settings: { wakePhrase: "" } });
		open.push(session);
		session.start({ mode: "hands-free" });
		const page = createPage(session, events, shape, async () => {
			clock.advance(20);
			await step.heard();
			await new Promise((resolve) => setImmediate(resolve));
		});
		return { session, events, assistant, ...page };
	}

	test.each([0, 150, 340, 600])(
		"its own voice after %i ms neither interrupts it nor is a command, however it is misheard; a person over it does",
		async (delayMs) => {
			const { session, listen, assistant } = start({ ...room, delayMs });
			session.speak(answer);
			expect(await listen({ ms: 4000 })).toBe(Number.POSITIVE_INFINITY);
			expect(assistant.commands).toEqual([]);
			expect(await listen({ ms: 1500, person: person(), untilSilenced: true })).toBeLessThanOrEqual(200);
		},
	);

	test("a person with headphones silences it", async () => {
		const { session, listen } = start(headphones);
		session.speak(answer);
		expect(await listen({ ms: 1500 })).toBe(Number.POSITIVE_INFINITY);
		expect(await listen({ ms: 1500, person: person(), untilSilenced: true })).toBeLessThanOrEqual(200);
	});

	test.each(Object.entries(noises(4)))("a room's sounds do not silence it: %s", async (_, sound) => {
		const { session, listen } = start(headphones);
		session.speak(answer);
		await listen({ ms: 1500 });
		expect(await listen({ ms: 4000, person: sound })).toBe(Number.POSITIVE_INFINITY);
	});

	test.each([
		["a loudspeaker", room],
		["headphones", headphones],
	])("a person who speaks as it begins, by %s, does not wait long", async (_, shape) => {
		const { session, listen } = start(shape);
		session.speak(answer);
		await listen({ ms: 400 });
		expect(await listen({ ms: 2000, person: person(), untilSilenced: true })).toBeLessThanOrEqual(700);
	});

	test.each<[string, RoomShape, RoomShape]>([
		["comes back sooner than the one before", { ...room, delayMs: 500 }, { ...room, delayMs: 360 }],
		["comes back later than the one before", { ...room, delayMs: 200 }, { ...room, delayMs: 380 }],
		["comes from a loudspeaker where headphones were on", headphones, room],
	])("an answer that %s does not interrupt itself", async (_, before, after) => {
		const { session, listen, move, events } = start(before);
		session.speak(answer);
		await listen({ ms: 8500 });
		move(after);
		session.speak(answer);
		expect(await listen({ ms: 8500 })).toBe(Number.POSITIVE_INFINITY);
		expect(events.of("audio:reply").filter(({ last }) => last)).toHaveLength(2);
	});

	test("a microphone opened anew, elsewhere, does not make it hear itself", async () => {
		const { session, listen, move } = start(headphones);
		session.speak(answer);
		await listen({ ms: 8500 });
		session.stop();
		move({ ...room, delayMs: 440 });
		session.start({ mode: "hands-free" });
		session.speak(answer);
		expect(await listen({ ms: 4000 })).toBe(Number.POSITIVE_INFINITY);
		expect(await listen({ ms: 1500, person: person(), untilSilenced: true })).toBeLessThanOrEqual(200);
	});
});

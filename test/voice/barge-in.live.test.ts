import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLogger } from "../../core/contract/index.ts";
import { createVoiceLoop } from "../../core/voice/index.ts";
import { firstVoiced } from "../fixtures/speech-audio.ts";
import { bytesOf, fakeAssistant, person, recorder } from "./fakes/client.ts";
import { silence } from "./fakes/engines.ts";
import { createSoundClock, inStep } from "./fakes/sound-clock.ts";
import { type RealEngines, realEngines, recordings } from "./real/engines.ts";

const people = [...recordings("speech"), ...recordings("commands")];

/** What the microphone hears of the person before that: breath, the room. */
const breathMs = 300;

/** A clock's tick: one chunk of the microphone. */
const chunkMs = 20;

describe.skipIf(people.length === 0)("a person who speaks over the answer, without an echo", () => {
	let real: RealEngines;
	beforeAll(async () => {
		real = await realEngines();
	});
	afterAll(() => real.remove());

	/** Milliseconds of the person's sound, from its first voiced sample on, until the assistant falls silent. */
	async function silencedAfter(pcm: Int16Array): Promise<number> {
		const clock = createSoundClock();
		const events = recorder();
		const { engines, heard } = inStep(real);
		const settings = { wakePhrase: "", followUpMs: 8000 };
		const loop = createVoiceLoop({ engines, assistant: fakeAssistant(), events, clock, log: silentLogger, settings });
		const session = loop.open({ id: "c", user: person });
		const feed = async (sound: Int16Array, until: () => boolean = () => false): Promise<number> => {
			for (let at = 0; at < sound.length; at += chunkMs * 16) {
				clock.advance(chunkMs);
				session.push(bytesOf(sound.subarray(at, at + chunkMs * 16)));
				await heard();
				if (until()) return at / 16 + chunkMs;
			}
			return Number.POSITIVE_INFINITY;
		};
		try {
			session.start({ mode: "hands-free" });
			session.speak(
				"The weather will be cloudy in the morning, with some rain at noon. In the afternoon the sun comes out.",
			);
			// All that is sent ahead, so that how fast the voice is made plays no part.
			await expect.poll(() => secondsIn(events.of("audio:reply")), { timeout: 20_000 }).toBeGreaterThan(1.4);
			const begins = firstVoiced(pcm);
			await feed(silence(1500));
			await feed(pcm.subarray(Math.max(0, begins - breathMs * 16), begins));
			expect(events.of("audio:cancel")).toEqual([]);
			return await feed(pcm.subarray(begins), () => events.of("audio:cancel").length > 0);
		} finally {
			session.close();
		}
	}

	test("silences it within 200 ms of their sound", { timeout: 400_000 }, async () => {
		const taken: { name: string; ms: number }[] = [];
		for (const { name, pcm } of people) taken.push({ name, ms: await silencedAfter(pcm) });
		expect(taken.filter(({ ms }) => ms > 200)).toEqual([]);
	});
});

function secondsIn(pieces: readonly { pcm: Uint8Array; sampleRate: number }[]): number {
	return pieces.reduce((sum, { pcm, sampleRate }) => sum + pcm.byteLength / 2 / sampleRate, 0);
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeWav, encodeWav } from "../../core/audio/index.ts";
import { AiosError } from "../../core/contract/index.ts";

function tone(hertz: number, sampleRate: number, seconds: number): Int16Array {
	return Int16Array.from({ length: sampleRate * seconds }, (_, n) =>
		Math.round(16_000 * Math.sin((2 * Math.PI * hertz * n) / sampleRate)),
	);
}

/** Strength of one frequency, by correlation with a complex tone; 1 is a full-scale sine. */
function strength(pcm: Int16Array, sampleRate: number, hertz: number): number {
	let [re, im] = [0, 0];
	pcm.forEach((value, n) => {
		re += value * Math.cos((2 * Math.PI * hertz * n) / sampleRate);
		im += value * Math.sin((2 * Math.PI * hertz * n) / sampleRate);
	});
	return (2 * Math.hypot(re, im)) / pcm.length / 32_768;
}

test("what is written is read back to the sample", () => {
	fc.assert(
		fc.property(fc.int16Array(), (pcm) => {
			expect(decodeWav(encodeWav({ pcm, sampleRate: 16_000 })).pcm).toEqual(pcm);
		}),
	);
});

describe("another rate", () => {
	test("keeps a tone's pitch and loudness", () => {
		const { pcm } = decodeWav(encodeWav({ pcm: tone(440, 44_100, 1), sampleRate: 44_100 }));
		expect(pcm.length).toBe(16_000);
		expect(strength(pcm, 16_000, 440)).toBeCloseTo(16_000 / 32_768, 2);
	});

	test("a tone above the new limit does not fold back into speech", () => {
		const { pcm } = decodeWav(encodeWav({ pcm: tone(11_000, 44_100, 1), sampleRate: 44_100 }));
		expect(strength(pcm, 16_000, 5_000)).toBeLessThan(0.005);
	});
});

test("two channels are mixed into one", () => {
	const interleaved = encodeWav({ pcm: Int16Array.from([100, 300, -200, 200]), sampleRate: 16_000 });
	new DataView(interleaved.buffer).setUint16(22, 2, true);
	expect([...decodeWav(interleaved).pcm]).toEqual([200, 0]);
});

test("a recording cut short keeps what is there", () => {
	const whole = encodeWav({ pcm: tone(440, 16_000, 1), sampleRate: 16_000 });
	expect(decodeWav(whole.subarray(0, 1044)).pcm.length).toBe(500);
});

test("garbage is refused with a sentence, never a crash", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withHeader) => {
			const file = withHeader ? new Uint8Array([...new TextEncoder().encode("RIFF0000WAVEfmt "), ...bytes]) : bytes;
			try {
				decodeWav(file);
			} catch (error) {
				expect(error).toBeInstanceOf(AiosError);
			}
		}),
		{ numRuns: 2000 },
	);
});

test("a recording keeps its own rate where that is asked for", () => {
	const sound = { pcm: tone(440, 22_050, 1), sampleRate: 22_050 };
	expect(decodeWav(encodeWav(sound), "own")).toEqual(sound);
});

import { describe, expect, test } from "vitest";
import { createResampler } from "../../ui/web/audio/resample.ts";

const blockSamples = 128;

function convert(from: number, to: number, hertz: number, seconds = 1): Float32Array {
	const resample = createResampler(from, to);
	const blocks: Float32Array[] = [];
	for (let start = 0; start < from * seconds; start += blockSamples) {
		blocks.push(
			resample(
				Float32Array.from({ length: blockSamples }, (_, i) => Math.sin((2 * Math.PI * hertz * (start + i)) / from)),
			).slice(),
		);
	}
	return Float32Array.from(blocks.flatMap((block) => [...block]));
}

/** Loudness in the middle of the signal, where the filter has settled. */
function loudness(signal: Float32Array): number {
	const middle = signal.slice(signal.length / 4, (signal.length * 3) / 4);
	return Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
}

describe.each([44_100, 48_000])("sound of a device that only gives %i Hz", (rate) => {
	test("keeps its length, block borders included", () => {
		expect(Math.abs(convert(rate, 16_000, 440).length - 16_000)).toBeLessThanOrEqual(blockSamples);
	});

	test("keeps a voice's pitch as a clean tone", () => {
		const tone = convert(rate, 16_000, 1_000);
		let rising = 0;
		for (let i = 4_001; i <= 12_000; i++) if ((tone[i - 1] ?? 0) < 0 && (tone[i] ?? 0) >= 0) rising++;
		expect(Math.abs(rising - 500)).toBeLessThanOrEqual(1);
		expect(loudness(tone)).toBeGreaterThan(0.65);
	});

	test("lets no pitch through that 16 kHz can't carry", () => {
		expect(loudness(convert(rate, 16_000, 12_000))).toBeLessThan(0.02);
	});
});

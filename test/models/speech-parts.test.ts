import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { surveyModels } from "../../models/index.ts";
import { plausible } from "../../models/stt/index.ts";
import { leanDecoder } from "../../models/stt/lean-decoder.ts";
import { createLogMel } from "../../models/turn/index.ts";

const dir = mkdtempSync(join(tmpdir(), "aios-lean-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("the faster copy of Moonshine's decoder", () => {
	it("is made once, and made anew when the copy on disk was damaged", async () => {
		const [state] = await surveyModels({ dataDir: dir, dirs: [] }, ["moonshine-tiny"]);
		if (state?.found?.engine !== "moonshine") throw new Error("needs moonshine-tiny");
		const source = state.found.files.decoder;
		const path = await leanDecoder(source, dir, "tiny");
		const { size, mtimeMs } = statSync(path);
		expect(await leanDecoder(source, dir, "tiny")).toBe(path);
		expect(statSync(path).mtimeMs).toBe(mtimeMs);
		truncateSync(path, 1_000_000);
		await leanDecoder(source, dir, "tiny");
		expect(statSync(path).size).toBe(size);
	});

	it("is refused for a network that is another", async () => {
		const [state] = await surveyModels({ dataDir: dir, dirs: [] }, ["moonshine-tiny"]);
		if (state?.found?.engine !== "moonshine") throw new Error("needs moonshine-tiny");
		await expect(leanDecoder(state.found.files.encoder, dir, "other")).rejects.toThrow(/not the merged one/);
	});
});

describe("words nobody said", () => {
	const clear = { voiced: 3, clarity: 0.98 };
	it.each([
		["Thanks for watching!", clear],
		["Thank you for watching.", clear],
		["[Music]", clear],
		["(upbeat music) ♪", clear],
		["Thank you.", { voiced: 0.1, clarity: 0.6 }],
		["you", { voiced: 0.2, clarity: 0.7 }],
		["and then and then and then and then and then", clear],
		["one two three four five six seven eight nine ten", { voiced: 0.3, clarity: 0.9 }],
		["la la la la la la la la la", clear],
	])("%s is dropped", (text, evidence) => {
		expect(plausible(text, evidence)).toBe("");
	});

	it.each([
		["Thank you.", { voiced: 0.6, clarity: 0.97 }],
		["Stop.", { voiced: 0.2, clarity: 0.8 }],
		["no no no, stop", clear],
		["zero zero zero zero zero zero zero seven", clear],
		["What time is it?", { voiced: 0.6, clarity: 0.95 }],
	])("%s is kept where it was said", (text, evidence) => {
		expect(plausible(text, evidence)).toBe(text);
	});
});

describe("what the end-of-turn model is shown", () => {
	it("has a tone in its mel band, and the same loudness however loud it was said", () => {
		const logMel = createLogMel();
		const tone = (loud: number) =>
			Int16Array.from({ length: 32_000 }, (_, i) => Math.round(loud * Math.sin((2 * Math.PI * 1000 * i) / 16_000)));
		const quiet = logMel(tone(3_000));
		const loud = logMel(tone(24_000));
		const frame = (features: Float32Array) => Array.from({ length: 80 }, (_, band) => features[band * 800 + 750] ?? 0);
		const bands = frame(loud);
		// 1 kHz is 15 mel of 45.2 over 81 steps: band 25 or 26, counted from 0.
		expect([25, 26]).toContain(bands.indexOf(Math.max(...bands)));
		for (const [i, value] of frame(quiet).entries()) expect(value).toBeCloseTo(bands[i] ?? 0, 2);
		expect(Math.max(...loud) - Math.min(...loud)).toBeLessThanOrEqual(2.001);
	});
});

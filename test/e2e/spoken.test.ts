import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromium, openBrowser } from "./harness/browser.ts";
import { historyOf } from "./harness/history.ts";
import { atOnce } from "./harness/in-turn.ts";
import { playedBy } from "./harness/loudspeaker.ts";
import { lookAt } from "./harness/page.ts";
import { type Product, startProduct } from "./harness/product.ts";
import { type Heard, humanSpeech, samplesOf, voice, wavFile } from "./harness/sound.ts";
import { heardAs } from "./harness/transcribe.ts";
import { until } from "./harness/wait.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

const jfk = humanSpeech("jfk.wav");

const options = { concurrent: true, timeout: 180_000 };

describe.skipIf(chromium === undefined || voice === undefined)("spoken to the page", options, () => {
	let product: Product;
	// Each page is a browser with a microphone of its own, and mostly waits for what is said to it.
	const inTurn = atOnce(2);
	const folder = mkdtempSync(join(tmpdir(), "aios-spoken-"));
	beforeAll(async () => {
		product = await startProduct();
	});
	afterAll(async () => {
		await product?.dispose();
		rmSync(folder, { recursive: true, force: true });
	});

	/** Gives `act` a person's page whose microphone hears this, open and listening. */
	const listening = (hears: readonly Heard[], handsFree: boolean, act: (page: Listening) => Promise<void>) =>
		inTurn(async () => {
			const name = crypto.randomUUID();
			const person = await product.welcome(name);
			const microphone = wavFile(join(folder, `${name}.wav`), [...hears, { silenceMs: 15_000 }]);
			const { browser, page } = await openBrowser(microphone);
			const look = lookAt(page);
			try {
				await look.signIn(product, person);
				if (handsFree) await look.handsFree();
				else await look.talk();
				await act({ page, look, turns: () => historyOf({ url: product.url, token: person.token }) });
			} finally {
				await browser.close();
			}
		});

	const play = ({ hears, handsFree, turns: expected, withinMs }: Scenario) =>
		listening(hears, handsFree === true, async ({ page, look, turns }) => {
			for (const { words, answer } of expected) {
				await look.see('[data-part="words"][data-final="true"]', words, withinMs);
				await look.see('[data-part="answer"]', answer, withinMs);
			}
			const done = await until("every turn in the history", withinMs, async () => {
				const all = await turns();
				return all.length >= expected.length && all;
			});
			// Whatever more it makes of the sound it makes within this time.
			await new Promise((resolve) => setTimeout(resolve, 2_000));
			expect((await turns()).length, "no further turn").toBe(expected.length);
			for (const [index, { words, tool, arguments: args, answer, heard }] of expected.entries()) {
				const turn = done[index];
				expect(turn?.text).toMatch(words);
				expect(turn?.tool ?? null).toBe(tool);
				expect(turn?.reply).toMatch(answer);
				if (args !== undefined) expect(turn?.arguments).toMatchObject(args);
				if (heard === undefined) continue;
				const played = await playedBy(page);
				if (played === undefined) throw new Error("the loudspeaker was silent");
				const said = await heardAs(played);
				for (const pattern of heard) expect(said).toMatch(pattern);
			}
		});

	for (const scenario of scenarios) test(scenario.name, () => play(scenario));

	test.skipIf(jfk === undefined)("a person's speech appears as words while it is spoken", () =>
		listening([{ silenceMs: 500 }, { file: jfk ?? "" }], false, async ({ look }) => {
			await look.see('[data-part="words"][data-final="false"]', /and so/i, 10_000);
			await look.see('[data-part="words"][data-final="true"]', /country/i, 25_000);
		}),
	);

	test.each([
		["hands-free", true],
		["after a click on the microphone", false],
	])("speaking while it talks silences it and is heard, %s", (_, handsFree) => {
		const hears = [
			{ silenceMs: 1_000 },
			{ say: handsFree ? "Hey computer, help." : "Help." },
			{ silenceMs: 4_500 },
			// Words that are not in the help itself: its own voice must not count as a command.
			{ say: "What is twelve times eleven?" },
			{ silenceMs: 4_500 },
			{ say: "What is twelve times eleven?" },
		];
		return listening(hears, handsFree, async ({ page, look, turns }) => {
			await look.see('[data-part="activity"]', /speaking/i, 15_000);
			await look.see('[data-part="words"][data-final="true"]', /times/i, 15_000);
			await until("both turns", 10_000, async () => (await turns()).length >= 2);
			const [help, sum] = await turns();
			expect(help?.tool).toBe("help");
			expect(sum?.tool).toBe("calculate");
			const played = await playedBy(page);
			// Said to the end, the help would take longer than all that was heard.
			const whole = samplesOf([{ say: help?.reply ?? "" }]).length / 16_000;
			expect((played?.pcm.length ?? 0) / (played?.sampleRate ?? 1)).toBeLessThan(whole);
		});
	});
});

/** A person's open page, and what came of what was said to it. */
interface Listening {
	page: Page;
	look: ReturnType<typeof lookAt>;
	turns(): ReturnType<typeof historyOf>;
}

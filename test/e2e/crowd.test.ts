import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "./harness/product.ts";
import { connectSatellite } from "./harness/satellite.ts";
import { samplesOf, voice } from "./harness/sound.ts";
import { until } from "./harness/wait.ts";

const clients = 20;
const numbers = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];

describe.skipIf(voice === undefined)("many voices and a lost one", () => {
	let product: Product;
	beforeAll(async () => {
		product = await startProduct();
	});
	afterAll(() => product?.dispose());

	test("20 people speaking at once each get the answer to their own words, or a clear busy", async () => {
		const everyone = await Promise.all(Array.from({ length: clients }, () => connectSatellite(product)));
		try {
			const outcomes = await Promise.all(
				everyone.map(async (satellite, index) => {
					const number = numbers[index % numbers.length] ?? "two";
					const words = samplesOf([{ silenceMs: 300 }, { say: `Set a timer for ${number} minutes.` }]);
					await satellite.listen({ session: `crowd-${index}` });
					await satellite.play(words);
					return until(`an outcome for client ${index}`, 60_000, () => {
						const [busy] = satellite.events("error").filter(({ payload }) => payload.code === "busy");
						if (busy !== undefined) return { number, busy: true, minutes: undefined };
						const [final] = satellite.events("transcript:final");
						const [reply] = satellite.events("reply");
						if (reply === undefined || final === undefined) return undefined;
						expect(reply.payload.turn).toBe(final.payload.turn);
						expect(satellite.events("reply").length, "one answer each").toBe(1);
						return { number, busy: false, minutes: reply.payload.arguments };
					});
				}),
			);
			const answered = outcomes.filter(({ busy }) => !busy);
			expect(answered.length).toBeGreaterThanOrEqual(clients / 2);
			// Synthetic speech is misheard now and then; a mixed-up client would hear another's number every time.
			const own = answered.filter(({ number, minutes }) => seconds(minutes) === (numbers.indexOf(number) + 2) * 60);
			expect(own.length / answered.length).toBeGreaterThanOrEqual(0.7);
		} finally {
			for (const satellite of everyone) satellite.close();
		}
	});

	test("when the speech process is killed in mid-sentence the turn fails aloud, and what is said while it starts again is answered", async () => {
		const satellite = await connectSatellite(product);
		try {
			const [speech = -1] = product.processes("serve.ts voice");
			await satellite.listen();
			const speaking = satellite.play(
				samplesOf([{ silenceMs: 300 }, { say: "Please set a timer for twenty five minutes." }]),
			);
			await satellite.event("speech:start", 10_000);
			process.kill(speech, "SIGKILL");
			await speaking;
			const failed = await until("the failure is told", 10_000, () => satellite.events("error").at(0));
			expect(failed.payload.message).not.toBe("");

			expect(speech, "it was there").toBeGreaterThan(0);
			const { payload } = await satellite.event("reply", 5_000, ({ status }) => status === "failed");
			// Nobody waits for the process: the next is said while it is away.
			await satellite.listen();
			await satellite.play(samplesOf([{ silenceMs: 300 }, { say: "What time is it?" }]));
			const reply = await satellite.event("reply", 15_000, ({ tool }) => tool === "get_time");
			expect(reply.payload.status).toBe("done");
			await satellite.event("audio:reply", 10_000, ({ turn }) => turn === payload.turn);
			await satellite.event("audio:reply", 10_000, ({ turn }) => turn === reply.payload.turn);
		} finally {
			satellite.close();
		}
	});
	test("it falls silent when it is spoken to while it talks, and does what was said", async () => {
		const satellite = await connectSatellite(product);
		try {
			await satellite.listen({ mode: "hands-free" });
			await satellite.play(samplesOf([{ silenceMs: 500 }, { say: "Hey computer, help." }]));
			const help = await satellite.event("audio:reply", 20_000);
			await satellite.play(samplesOf([{ say: "What is twelve times eleven?" }]));
			// Said to the end, the help takes twice as long.
			await satellite.event("audio:cancel", 5_000, ({ turn }) => turn === help.payload.turn);
			await satellite.event("reply", 15_000, ({ tool }) => tool === "calculate");
		} finally {
			satellite.close();
		}
	});
});

function seconds(args: Record<string, unknown> | undefined): unknown {
	return args === undefined ? undefined : Object.values(args).find((value) => typeof value === "number");
}

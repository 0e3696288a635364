import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { createTurnSlot } from "../../models/engines/turns.ts";
import { surveyModels } from "../../models/index.ts";
import { modelsDirs } from "../fixtures/speech-audio.ts";

const elsewhere = mkdtempSync(join(tmpdir(), "aios-late-"));
const [here] = await surveyModels({ dataDir: elsewhere, dirs: modelsDirs }, ["smart-turn"]);
const model = here?.found?.engine === "smart-turn" ? here.found.files.model : undefined;

test.skipIf(model === undefined)("an end-of-turn model that arrives later is used without a restart", async () => {
	const folder = mkdtempSync(join(tmpdir(), "aios-late-"));
	const notes: string[] = [];
	const slot = await createTurnSlot({ dataDir: folder, dirs: [] }, 1, (note) => notes.push(note), 0);
	try {
		expect(await slot.get()).toBeUndefined();
		expect(slot.name()).toBe("none");
		const into = join(folder, "models", "smart-turn");
		mkdirSync(into, { recursive: true });
		copyFileSync(model ?? "", join(into, basename(model ?? "")));
		await expect.poll(async () => (await slot.get())?.name, { timeout: 20_000 }).toBe("smart-turn");
		expect(await (await slot.get())?.complete(new Int16Array(16_000))).toBeGreaterThanOrEqual(0);
		expect(notes).toEqual([]);
	} finally {
		slot.close();
		rmSync(folder, { recursive: true, force: true });
		rmSync(elsewhere, { recursive: true, force: true });
	}
});

test.skipIf(model === undefined)("an end-of-turn model closed in the middle of an answer harms nobody", () => {
	const program = join(import.meta.dirname, "..", "fixtures", "turn-closing-process.ts");
	const waits = ["45", "60", "75"];
	const ran = Bun.spawnSync({ cmd: [process.execPath, program, model ?? "", ...waits], stderr: "pipe" });
	expect({ code: ran.exitCode, stderr: ran.stderr.toString() }).toEqual({ code: 0, stderr: "" });
	const outcomes = ran.stdout.toString().trim().split("\n");
	expect(outcomes).toHaveLength(waits.length);
	for (const outcome of outcomes) expect(outcome).toMatch(/ (unavailable|answered)$/);
});

test.skipIf(model === undefined)(
	"an end-of-turn model that arrives while all is being closed is freed too",
	async () => {
		const folder = mkdtempSync(join(tmpdir(), "aios-late-"));
		const slot = await createTurnSlot({ dataDir: folder, dirs: [] }, 1, () => {}, 0);
		const into = join(folder, "models", "smart-turn");
		mkdirSync(into, { recursive: true });
		copyFileSync(model ?? "", join(into, basename(model ?? "")));
		expect(await slot.get()).toBeUndefined();
		await slot.close();
		expect(slot.name()).toBe("none");
		expect(await slot.get()).toBeUndefined();
		rmSync(folder, { recursive: true, force: true });
	},
);

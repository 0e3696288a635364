import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { register } from "../../core/cli/models.ts";
import { progressPrinter } from "../../core/cli/progress.ts";
import { loadConfig } from "../../core/config/index.ts";
import { findModel } from "../../models/index.ts";
import { type Hub, startHub } from "../models/hub.ts";
import { temporaryFolder, whisperFiles, whisperRepository } from "../models/places.ts";

let hub: Hub;
let dataDir: string;

beforeEach(async () => {
	hub = await startHub(whisperRepository, whisperFiles());
	dataDir = temporaryFolder();
});

afterEach(() => hub.close());

/** Runs `aios models …` and gives what it printed. */
async function aios(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
	let printed = "";
	const program = new Command().exitOverride();
	register(program, {
		settings: () => loadConfig({ env: { AIOS_DATA_DIR: dataDir, ...env } }),
		print: (text) => {
			printed += `${text}\n`;
		},
		note: () => {},
		signal: new AbortController().signal,
	});
	await program.parseAsync(["models", ...args], { from: "user" });
	return printed;
}

describe("aios models list", () => {
	test("shows what is here and what could be", async () => {
		const lines = (await aios(["list"])).split("\n");
		expect(lines.find((line) => line.startsWith("moonshine-base"))).toContain("✓");
		expect(lines.find((line) => line.startsWith("whisper-small "))).toContain("375 MB");
		expect(await aios([])).toContain("whisper-tiny.en");
	});

	test("names a damaged file and what to do", async () => {
		const folder = join(dataDir, "own");
		await mkdir(join(folder, "smart-turn"), { recursive: true });
		await writeFile(join(folder, "smart-turn", "smart-turn-v3.2-cpu.onnx"), "half");
		const printed = await aios(["list"], { AIOS_MODELS_DIR: folder });
		expect(printed).toContain(`✗ ${join(folder, "smart-turn", "smart-turn-v3.2-cpu.onnx")}`);
		expect(printed).toContain("aios models pull smart-turn");
	});

	test("gives everything as JSON for programs", async () => {
		const models: unknown = JSON.parse(await aios(["list", "--json"]));
		expect(models).toContainEqual(expect.objectContaining({ name: "silero-vad", licence: "MIT", kind: "vad" }));
	});
});

describe("aios models pull", () => {
	test("downloads the model so that it is found", async () => {
		expect(await aios(["pull", "whisper-tiny.en", "--hub", `${hub.url}/`])).toContain("✓ whisper-tiny.en");
		expect((await findModel("whisper-tiny.en", { dirs: [], dataDir })).origin).toBe("data");
	});

	test("refuses a name there is not, with those there are", async () => {
		await expect(aios(["pull", "whisper-huge"])).rejects.toMatchObject({
			code: "not_found",
			fix: expect.stringContaining("whisper-tiny.en"),
		});
	});

	test("keeps to AIOS_OFFLINE", async () => {
		const pull = aios(["pull", "whisper-tiny.en", "--hub", hub.url], { AIOS_OFFLINE: "true" });
		await expect(pull).rejects.toMatchObject({ code: "unavailable" });
		expect(hub.requests).toEqual([]);
	});
});

test("aios models trust takes a file its owner replaced", async () => {
	const vad = await findModel("silero-vad", { dirs: [], dataDir });
	if (vad.engine !== "silero") throw new Error(`found ${vad.engine}`);
	const original = readFileSync(vad.files.model);
	const folder = join(dataDir, "own", "all-MiniLM-L6-v2");
	const file = join(folder, "onnx", "model_quantized.onnx");
	await mkdir(join(folder, "onnx"), { recursive: true });
	for (const name of ["tokenizer.json", "tokenizer_config.json", "config.json"]) {
		await writeFile(join(folder, name), JSON.stringify({ padding: " ".repeat(400_000) }));
	}
	// A network with a comment (ModelProto.doc_string, field 6) that makes it as large as the real one.
	const comment = (text: string) =>
		Buffer.concat([original, Buffer.from([0x32, 0x80, 0x80, 0x80, 0x08]), Buffer.alloc(16 * 1024 * 1024, text)]);
	const env = { AIOS_MODELS_DIR: join(dataDir, "own") };
	await writeFile(file, comment("one"));
	expect(await aios(["list"], env)).not.toContain("✗");
	await writeFile(file, comment("two"));
	expect(await aios(["list"], env)).toContain("aios models trust all-MiniLM-L6-v2");
	expect(await aios(["trust", "all-MiniLM-L6-v2"], env)).toContain(file);
	expect(await aios(["list"], env)).not.toContain("✗");
});

describe("progress of a download", () => {
	const update = (received: number) => ({ model: "m", received, total: 1_000_000, state: "downloading" as const });

	test("is one line that changes on a terminal", () => {
		const written: string[] = [];
		const printer = progressPrinter({ write: (text) => written.push(text), isTTY: true, columns: 80 });
		for (const received of [0, 500_000, 1_000_000]) printer.update(update(received));
		printer.end();
		expect(written.slice(0, 3).every((text) => text.startsWith("\r") && !text.includes("\n"))).toBe(true);
		expect(written[1]).toContain("50 %");
		expect(written.at(-1)).toBe("\n");
	});

	test("is a line every tenth in a log", () => {
		const written: string[] = [];
		const printer = progressPrinter({ write: (text) => written.push(text) });
		for (let received = 0; received <= 1_000_000; received += 1_000) printer.update(update(received));
		printer.end();
		expect(written).toHaveLength(11);
		expect(written.every((line) => line.endsWith("\n") && !line.includes("\r"))).toBe(true);
	});
});

import { createHash } from "node:crypto";
import { cpSync, existsSync } from "node:fs";
import { copyFile, mkdir, open, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { AiosError } from "../../core/contract/index.ts";
import {
	catalogue,
	findModel,
	type ModelPlaces,
	modelBytes,
	planRecogniser,
	surveyModels,
} from "../../models/index.ts";
import { machineDirs, temporaryFolder } from "./places.ts";

/** The whole model this machine always has: from npm. */
async function embedded() {
	const found = await findModel("moonshine-tiny", { dirs: [], dataDir: temporaryFolder() });
	if (found.engine !== "moonshine") throw new Error(`found ${found.engine}`);
	return found;
}

/** A folder as a person would name in AIOS_MODELS_DIR, with a Whisper made of real networks. */
async function folderWithWhisper(): Promise<{ places: ModelPlaces; encoder: string; decoder: string; tokens: string }> {
	const { files } = await embedded();
	const folder = temporaryFolder();
	const path = (name: string) => join(folder, "whisper-tiny.en", name);
	await mkdir(dirname(path("x")));
	// 7.9 MB and 20 MB where the real ones have 13 and 90: the decoder goes in twice the size by its copy's own weights.
	await copyFile(files.encoder, path("tiny.en-encoder.int8.onnx"));
	await copyFile(await bigNetwork(), path("tiny.en-decoder.int8.onnx"));
	await copyFile(files.tokens, path("tiny.en-tokens.txt"));
	return {
		places: { dirs: [folder], dataDir: temporaryFolder() },
		encoder: path("tiny.en-encoder.int8.onnx"),
		decoder: path("tiny.en-decoder.int8.onnx"),
		tokens: path("tiny.en-tokens.txt"),
	};
}

/** A network of at least 45 MB: Moonshine base's decoder with a comment of 8 MB (ModelProto.doc_string, field 6). */
async function bigNetwork(): Promise<string> {
	const found = await findModel("moonshine-base", { dirs: [], dataDir: temporaryFolder() });
	if (found.engine !== "moonshine") throw new Error(`found ${found.engine}`);
	const comment = Buffer.alloc(8 * 1024 * 1024, 0x20);
	const path = join(temporaryFolder(), "network.onnx");
	const length = [0x80 | (comment.length & 0x7f), 0x80, 0x80, comment.length >> 21];
	await writeFile(path, Buffer.concat([await readFile(found.files.decoder), Buffer.from([0x32, ...length]), comment]));
	return path;
}

async function failure(name: string, places: ModelPlaces): Promise<AiosError> {
	const thrown = await findModel(name, places).then(
		() => undefined,
		(error: unknown) => error,
	);
	if (thrown instanceof AiosError) return thrown;
	throw new Error(`${name} was expected not to be found`);
}

async function flipByte(path: string, at: number): Promise<void> {
	const file = await open(path, "r+");
	const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
	await file.write(Buffer.from([(buffer[0] ?? 0) ^ 0xff]), 0, 1, at);
	await file.close();
}

describe("finding models", () => {
	test("speech works from a fresh install: recogniser, tokens and voice activity come from npm packages", async () => {
		const places = { dirs: [], dataDir: temporaryFolder() };
		for (const name of ["moonshine-base", "moonshine-tiny", "silero-vad"]) {
			const found = await findModel(name, places);
			expect(found.origin).toBe("package");
			for (const path of Object.values(found.files)) expect(existsSync(path)).toBe(true);
		}
	});

	test("the tokens file made for Moonshine has every id, the words' bytes and a space for each gap", async () => {
		const { files } = await embedded();
		const lines = (await readFile(files.tokens, "utf8")).trimEnd().split("\n");
		expect(lines).toHaveLength(32_768);
		expect(lines.every((line, id) => line.endsWith(` ${id}`))).toBe(true);
		expect(lines[260]).toBe(`${Buffer.from(" t").toString("base64")} 260`);
		expect(lines[3 + 0x41]).toBe(`${Buffer.from("A").toString("base64")} ${3 + 0x41}`);
	});

	test("a damaged tokens file is made anew", async () => {
		const places = { dirs: [], dataDir: temporaryFolder() };
		const first = await findModel("moonshine-tiny", places);
		if (first.engine !== "moonshine") throw new Error(`found ${first.engine}`);
		const good = await readFile(first.files.tokens, "utf8");
		await writeFile(first.files.tokens, good.slice(0, 1000));
		await findModel("moonshine-tiny", places);
		expect(await readFile(first.files.tokens, "utf8")).toBe(good);
	});

	test("a folder of AIOS_MODELS_DIR comes before npm packages", async () => {
		const { dir } = await embedded();
		const folder = temporaryFolder();
		cpSync(dir, join(folder, "moonshine-tiny"), { recursive: true });
		const found = await findModel("moonshine-tiny", { dirs: [folder], dataDir: temporaryFolder() });
		expect(found).toMatchObject({ origin: "folder", dir: join(folder, "moonshine-tiny") });
	});

	test("a folder named as the source names it is found too", async () => {
		const { places } = await folderWithWhisper();
		const [folder] = places.dirs;
		if (folder === undefined) throw new Error("no folder");
		cpSync(join(folder, "whisper-tiny.en"), join(folder, "other", "sherpa-onnx-whisper-tiny.en"), { recursive: true });
		const found = await findModel("whisper-tiny.en", { ...places, dirs: [join(folder, "other")] });
		expect(found.dir).toMatch(/sherpa-onnx-whisper-tiny\.en$/);
	});

	test("a model that is nowhere is named, with the command that gets it", async () => {
		const error = await failure("whisper-small", { dirs: [], dataDir: temporaryFolder() });
		expect(error).toMatchObject({ code: "missing_part", retryable: false });
		expect(error.message).toContain("whisper-small");
		expect(error.fix).toContain("aios models pull whisper-small");
	});

	test("a name that no model has is answered with those there are", async () => {
		const error = await failure("whisper-giant", { dirs: [], dataDir: temporaryFolder() });
		expect(error.code).toBe("not_found");
		expect(error.fix).toContain("whisper-tiny.en");
	});
});

describe("a damaged model is named and never given to an engine", () => {
	test("cut off at any place", async () => {
		const { places, decoder } = await folderWithWhisper();
		await findModel("whisper-tiny.en", places);
		const { size } = await stat(decoder);
		for (const left of [size - 1, size - 9 * 1024 * 1024, Math.floor(size / 3), 10, 0]) {
			const file = await open(decoder, "r+");
			await file.truncate(left);
			await file.close();
			const error = await failure("whisper-tiny.en", places);
			expect(error.code).toBe("missing_part");
			expect(error.message).toContain("tiny.en-decoder.int8.onnx");
			expect(error.fix).toContain("aios models pull whisper-tiny.en");
		}
	});

	test("cut off before it was ever looked at", async () => {
		const { places, encoder } = await folderWithWhisper();
		const file = await open(encoder, "r+");
		await file.truncate((await stat(encoder)).size - 4_000);
		await file.close();
		expect((await failure("whisper-tiny.en", places)).message).toContain("tiny.en-encoder.int8.onnx");
	});

	test("one byte altered after its first use, even with its time set back", async () => {
		const { places, decoder } = await folderWithWhisper();
		await findModel("whisper-tiny.en", places);
		const { atime, mtime } = await stat(decoder);
		await flipByte(decoder, 20_000_000);
		await utimes(decoder, atime, mtime);
		const error = await failure("whisper-tiny.en", places);
		expect(error.message).toContain("tiny.en-decoder.int8.onnx");
		expect(error.message).toContain("altered");
	});

	test("one byte different from the SHA256SUMS beside it", async () => {
		const { places, decoder } = await folderWithWhisper();
		const [folder] = places.dirs;
		if (folder === undefined) throw new Error("no folder");
		const digest = createHash("sha256")
			.update(await readFile(decoder))
			.digest("hex");
		await writeFile(join(folder, "SHA256SUMS"), `${digest}  ./whisper-tiny.en/tiny.en-decoder.int8.onnx\n`);
		await findModel("whisper-tiny.en", places);
		await flipByte(decoder, 20_000_000);
		expect((await failure("whisper-tiny.en", { ...places, dataDir: temporaryFolder() })).message).toContain("checksum");
	});

	test("a missing file, and tokens cut in the middle of a line", async () => {
		const { places, tokens } = await folderWithWhisper();
		const text = await readFile(tokens, "utf8");
		await writeFile(tokens, text.slice(0, text.lastIndexOf(" ")));
		expect((await failure("whisper-tiny.en", places)).message).toContain("tiny.en-tokens.txt");
		await open(tokens, "r").then((file) => file.close());
		await Bun.file(tokens).delete();
		expect((await failure("whisper-tiny.en", places)).message).toContain("tiny.en-tokens.txt is missing");
	});

	test("a package whose file was altered", async () => {
		const { dir } = await embedded();
		const packages = temporaryFolder();
		const copy = join(packages, "@usefulsensors/moonshine-js/dist/model/tiny/quantized");
		cpSync(dir, copy, { recursive: true });
		await flipByte(join(copy, "encoder_model.onnx"), 1_000_000);
		const error = await failure("moonshine-tiny", { dirs: [], dataDir: temporaryFolder(), packageDirs: [packages] });
		expect(error.message).toContain("encoder_model.onnx");
		expect(error.fix).toContain("npm");
	});

	test("a whole copy further down is used instead, and the damaged one is still told", async () => {
		const { dir } = await embedded();
		const folder = temporaryFolder();
		cpSync(dir, join(folder, "moonshine-tiny"), { recursive: true });
		await flipByte(join(folder, "moonshine-tiny", "encoder_model.onnx"), 1_000_000);
		const [state] = await surveyModels({ dirs: [folder], dataDir: temporaryFolder() }, ["moonshine-tiny"]);
		expect(state?.found?.origin).toBe("package");
		expect(state?.problems[0]).toMatchObject({ reason: "damaged", model: "moonshine-tiny" });
	});
});

describe("starting", () => {
	test("what was checked before is not read again", async () => {
		const places = { dirs: machineDirs, dataDir: temporaryFolder() };
		const first = await surveyModels(places);
		const records = await readFile(join(places.dataDir, "models", "checked.json"), "utf8");
		expect((await surveyModels(places)).map(({ found }) => found)).toEqual(first.map(({ found }) => found));
		expect(await readFile(join(places.dataDir, "models", "checked.json"), "utf8")).toBe(records);
	});

	test("a data folder that cannot be written to costs no model", async () => {
		const dataDir = join(temporaryFolder(), "file");
		await writeFile(dataDir, "");
		expect((await findModel("silero-vad", { dirs: [], dataDir })).name).toBe("silero-vad");
	});
});

describe("choosing the recogniser", () => {
	test("auto takes Moonshine base where no Whisper is present, and wants Whisper", async () => {
		const plan = await planRecogniser("auto", { dirs: [], dataDir: temporaryFolder() });
		expect(plan.now.name).toBe("moonshine-base");
		expect(plan.wanted).toBe("whisper-tiny.en");
	});

	test("auto takes a Whisper that is present", async () => {
		const { places } = await folderWithWhisper();
		const plan = await planRecogniser("auto", places);
		expect(plan.now.name).toBe("whisper-tiny.en");
		expect(plan.wanted).toBeUndefined();
	});

	test("auto passes over a damaged Whisper and says so", async () => {
		const { places, decoder } = await folderWithWhisper();
		await writeFile(decoder, "not a network");
		const plan = await planRecogniser("auto", places);
		expect(plan.now.name).toBe("moonshine-base");
		expect(plan.warnings[0]?.message).toContain(decoder);
	});

	test("a named recogniser that is not here is wanted, and the best of what is here used meanwhile", async () => {
		const plan = await planRecogniser("whisper-small", { dirs: [], dataDir: temporaryFolder() });
		expect(plan).toMatchObject({ now: { name: "moonshine-base" }, wanted: "whisper-small" });
		expect((await planRecogniser("moonshine-tiny", { dirs: [], dataDir: temporaryFolder() })).now.name).toBe(
			"moonshine-tiny",
		);
	});

	test("something that is no recogniser is refused with the choices", async () => {
		await expect(planRecogniser("silero-vad", { dirs: [], dataDir: temporaryFolder() })).rejects.toMatchObject({
			code: "bad_request",
		});
	});
});

describe("the catalogue", () => {
	test("names every model once, with a licence, files and sizes", () => {
		expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
		for (const model of catalogue) {
			expect(model.licence).not.toBe("");
			expect(modelBytes(model)).toBeGreaterThan(1_000_000);
			expect(new Set(model.files.map(({ path }) => path)).size).toBe(model.files.length);
		}
	});
});

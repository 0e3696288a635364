import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach } from "vitest";
import type { HubFile } from "./hub.ts";

const folders: string[] = [];

/** A folder of its own for one test, removed after it. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "aios-models-"));
	folders.push(folder);
	return folder;
}

afterEach(async () => {
	for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** The model folders of this machine, from AIOS_MODELS_DIR. */
export const machineDirs = (process.env.AIOS_MODELS_DIR ?? "").split(delimiter).filter((dir) => dir !== "");

/** Bytes that look like nothing else and are the same at every run. */
export function noise(bytes: number, seed: number): Buffer {
	const buffer = Buffer.alloc(bytes);
	let state = seed * 2_654_435_761 + 1;
	for (let at = 0; at < bytes; at++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		buffer[at] = state >>> 24;
	}
	return buffer;
}

/** What the hub has of Whisper tiny.en in these tests: the real names, small contents, and a file nobody asks for. */
export function whisperFiles(): Record<string, HubFile> {
	return {
		".gitattributes": { content: Buffer.from("*.onnx filter=lfs\n"), small: true },
		"tiny.en-decoder.int8.onnx": { content: noise(900_000, 1) },
		"tiny.en-decoder.onnx": { content: noise(10_000, 2) },
		"tiny.en-encoder.int8.onnx": { content: noise(300_000, 3) },
		"tiny.en-tokens.txt": { content: Buffer.from("IQ== 0\nIg== 1\n"), small: true },
	};
}

export const whisperRepository = "csukuangfj/sherpa-onnx-whisper-tiny.en";

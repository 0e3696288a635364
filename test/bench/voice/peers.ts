import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { encodeWav } from "../../../core/audio/index.ts";
import { pythonWith } from "../../fixtures/python-venv.ts";
import { modelsDirs, someSpeech } from "../../fixtures/speech-audio.ts";
import { type RecogniserRow, rounds, rowOf } from "./recognisers.ts";

/** From PyPI, as they worked together. `pywhispercpp` brings whisper.cpp built for this machine's kind. */
const packages = ["faster-whisper==1.2.1", "pywhispercpp==1.5.1", "onnx==1.23.2"];

/** The model whose weights every engine gets. */
const model = "whisper-tiny.en";

const peers = {
	"faster-whisper": `faster-whisper, ${model} int8`,
	"whisper.cpp": `whisper.cpp, ${model} f16`,
};

const outputSchema = z.object({
	decodes: z.array(z.object({ text: z.string(), ms: z.number() })),
	residentBytes: z.number().nullable(),
});

/**
 * Other recognisers on the same weights and recordings, with as many threads as the machine has cores: each where it
 * can be run here, else why it was not. The weights are converted from our own model's files.
 */
export async function peerRows(): Promise<{ rows: RecogniserRow[]; notRun: string[] }> {
	const weights = modelsDirs.map((dir) => join(dir, model)).find((dir) => existsSync(dir));
	if (weights === undefined) return { rows: [], notRun: [`other engines: no models folder has ${model}`] };
	process.stderr.write(`installing ${packages.join(", ")}, where they are not here yet\n`);
	const installed = await pythonWith(packages);
	if ("missing" in installed) return { rows: [], notRun: [`other engines: ${installed.missing}`] };
	const python = join(installed.bin, "python");
	const rows: RecogniserRow[] = [];
	const notRun: string[] = [];
	const dir = mkdtempSync(join(tmpdir(), "aios-peers-"));
	try {
		const recordings = someSpeech();
		const files = recordings.map(({ pcm }, i) => {
			const file = join(dir, `${i}.wav`);
			writeFileSync(file, encodeWav({ pcm, sampleRate: 16_000 }));
			return file;
		});
		const script = join(import.meta.dirname, "peers.py");
		for (const [engine, name] of Object.entries(peers)) {
			process.stderr.write(`measuring ${name}\n`);
			const args = [script, engine, weights, dir, String(availableParallelism()), String(rounds), ...files];
			try {
				const { stdout } = await execa(python, args, { timeout: 300_000 });
				const { decodes, residentBytes } = outputSchema.parse(JSON.parse(stdout.split("\n").at(-1) ?? ""));
				const heard = decodes.flatMap((decode, i) => {
					const recording = recordings[i % recordings.length];
					return recording === undefined ? [] : [{ recording, ...decode }];
				});
				rows.push(rowOf(name, heard, residentBytes === null ? undefined : residentBytes / 2 ** 20));
			} catch (error) {
				notRun.push(`${name}: ${lastLine(error)}`);
			}
		}
	} finally {
		rmSync(dir, { recursive: true, force: true });
	}
	return { rows, notRun };
}

function lastLine(error: unknown): string {
	const text = error instanceof Error ? error.message : String(error);
	return text.trim().split("\n").at(-1) ?? "";
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SpeechEngines } from "../../../core/contract/index.ts";
import { createSpeechClient } from "../../../core/voice/speech-client.ts";
import { catalogue, surveyModels } from "../../../models/index.ts";
import { modelsDirs, plainWords, type Recording, someSpeech, wordErrors } from "../../fixtures/speech-audio.ts";
import { startSpeechChild } from "../../fixtures/speech-child.ts";

export interface RecogniserRow {
	name: string;
	/** Wrong words by words said. */
	wordErrorRate: number;
	/** Time to decode by length of the sound. */
	realTimeFactor: number;
	/** Median time for the recordings around 3 s and 11 s. */
	shortMs: number;
	longMs: number;
	residentMb?: number;
}

/** One decode: which recording, the text and the milliseconds it took. */
export interface Decode {
	recording: Recording;
	text: string;
	ms: number;
}

export const rounds = 3;

/** Every recogniser present, each in a voice process of its own, asked over IPC as the product does. */
export async function recogniserRows(): Promise<{ rows: RecogniserRow[]; notRun: string[] }> {
	const dataDir = mkdtempSync(join(tmpdir(), "aios-bench-"));
	const rows: RecogniserRow[] = [];
	const notRun: string[] = [];
	const names = catalogue.filter(({ kind }) => kind === "stt").map(({ name }) => name);
	try {
		for (const { model, found } of await surveyModels({ dataDir, dirs: modelsDirs }, names)) {
			if (found === undefined) notRun.push(`${model.name}: its weights are not on this machine`);
			else rows.push(await measure(model.name, dataDir));
		}
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
	return { rows, notRun };
}

/** A row from decodes of the same recordings in several rounds. */
export function rowOf(name: string, decodes: readonly Decode[], residentMb?: number): RecogniserRow {
	const first = decodes.slice(0, decodes.length / rounds);
	const said = first.map(({ recording }) => plainWords(recording.words));
	const wrong = first.map(({ text }, i) => wordErrors(said[i] ?? [], plainWords(text)));
	const seconds = ({ recording }: Decode) => recording.pcm.length / 16_000;
	const near = (low: number, high: number) =>
		median(decodes.filter((decode) => seconds(decode) > low && seconds(decode) < high).map(({ ms }) => ms));
	return {
		name,
		wordErrorRate: sum(wrong) / sum(said.map((words) => words.length)),
		realTimeFactor: median(decodes.map((decode) => decode.ms / 1000 / seconds(decode))),
		shortMs: near(2.5, 3.5),
		longMs: near(10, 12),
		residentMb,
	};
}

export function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(name: string, dataDir: string): Promise<RecogniserRow> {
	process.stderr.write(`measuring ${name}\n`);
	const child = await startSpeechChild({ stt: name, dataDir, modelsDirs });
	try {
		const engines = createSpeechClient({ onChannel: (opened) => opened(child.channel) });
		const recordings = someSpeech();
		// The first decodes grow memory and are slower.
		for (const recording of recordings) await decode(engines, recording);
		const decodes: Decode[] = [];
		for (let round = 0; round < rounds; round++) {
			for (const recording of recordings) decodes.push(await decode(engines, recording));
		}
		const { residentBytes } = await engines.status();
		return rowOf(name, decodes, residentBytes / 2 ** 20);
	} finally {
		child.kill();
		await child.exited;
	}
}

async function decode(engines: SpeechEngines, recording: Recording): Promise<Decode> {
	const stream = engines.open();
	const heard = new Promise<void>((resolve) => {
		stream.onActivity(({ end }) => {
			if (end + 512 > recording.pcm.length) resolve();
		});
	});
	stream.push(recording.pcm);
	await heard;
	const began = performance.now();
	const transcript = await stream.transcribe({ from: 0, to: recording.pcm.length });
	const ms = performance.now() - began;
	stream.close();
	return { recording, text: transcript?.text ?? "", ms };
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { decodeWav, encodeWav, joined } from "../../../core/audio/index.ts";
import { sampleRate } from "../../../core/contract/index.ts";

/** A stretch of what a microphone hears: words of a synthetic voice, a recording, or nobody speaking for a while. */
export type Heard = { say: string } | { file: string } | { silenceMs: number };

/** The program that speaks test commands; tests that need it are skipped without one. */
export const voice = ["flite", "espeak-ng"].find((command) => Bun.which(command) !== null);

/** A recording of the human speech that lies beside the models; undefined where it is not on this machine. */
export function humanSpeech(name: string): string | undefined {
	return (process.env.AIOS_MODELS_DIR ?? "")
		.split(delimiter)
		.filter(Boolean)
		.map((folder) => join(folder, "..", "audio", "speech", name))
		.find((path) => existsSync(path));
}

/** What the microphone hears, one after the other, as 16 kHz mono samples. */
export function samplesOf(heard: readonly Heard[]): Int16Array {
	return joined(
		heard.map((part) => {
			if ("silenceMs" in part) return hush((sampleRate * part.silenceMs) / 1000);
			return "file" in part ? decodeWav(readFileSync(part.file)).pcm : spoken(part.say);
		}),
	);
}

/** The same as a WAV file. */
export function wavFile(path: string, heard: readonly Heard[]): string {
	writeFileSync(path, encodeWav({ pcm: samplesOf(heard), sampleRate }));
	return path;
}

/** No room is digitally silent: noise at -70 dB, the same each time. */
function hush(length: number): Int16Array {
	let state = 1;
	return Int16Array.from({ length: Math.round(length) }, () => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return (state / 2_147_483_648 - 0.5) * 20;
	});
}

const said = new Map<string, Int16Array>();

function spoken(text: string): Int16Array {
	const known = said.get(text);
	if (known !== undefined) return known;
	const folder = mkdtempSync(join(tmpdir(), "aios-said-"));
	try {
		const file = join(folder, "said.wav");
		const args = voice === "flite" ? ["-voice", "rms", "-t", text, "-o", file] : ["-w", file, text];
		const { status, stderr } = spawnSync(voice ?? "flite", args, { encoding: "utf8" });
		if (status !== 0) throw new Error(`${voice} can't speak: ${stderr}`);
		const { pcm } = decodeWav(readFileSync(file));
		said.set(text, pcm);
		return pcm;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

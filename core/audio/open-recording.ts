import { open, stat } from "node:fs/promises";
import { AiosError } from "../contract/index.ts";
import { convert } from "./convert.ts";
import type { Recording } from "./recording.ts";
import { decodeWav, readWavHeader, wavBlock } from "./wav.ts";

/** Seconds of a WAV file read at once: some milliseconds of work, so that whoever speaks meanwhile is heard. */
const blockSeconds = 2;

/** Where bytes are taken from. */
interface Bytes {
	size: number;
	read(from: number, to: number): Promise<Uint8Array>;
	close?(): Promise<void>;
}

/**
 * Opens a recording: a WAV file by itself, anything else by ffmpeg where it is on the path of `env`. Throws `not_found`,
 * `missing_part` where ffmpeg would be needed, `unsupported` for what is no recording.
 */
export async function openRecording(
	path: string,
	env: Readonly<Record<string, string | undefined>>,
): Promise<Recording> {
	const found = await stat(path).catch(() => undefined);
	if (found === undefined || !found.isFile()) {
		throw new AiosError("not_found", `There is no file ${path}.`, { fix: "Give the path of a recording." });
	}
	const file = await open(path);
	const bytes: Bytes = {
		size: found.size,
		async read(from, to) {
			const buffer = new Uint8Array(to - from);
			const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
			return buffer.subarray(0, bytesRead);
		},
		close: () => file.close(),
	};
	try {
		const start = await bytes.read(0, 12);
		if (/^RIFF....WAVE$/s.test(Buffer.from(start).toString("latin1"))) return await wavRecording(bytes);
	} catch (error) {
		await file.close();
		throw error;
	}
	await file.close();
	return convert(path, env);
}

/** The sound of a WAV file in memory. Throws `unsupported`. */
export function recordingOf(wav: Uint8Array): Promise<Recording> {
	return wavRecording({ size: wav.length, read: async (from, to) => wav.subarray(from, to) });
}

async function wavRecording(bytes: Bytes): Promise<Recording> {
	const { data, format } = await readWavHeader(bytes);
	const frame = format.channels * (format.bits / 8);
	// Whole seconds, so that each block is a whole number of samples at 16 kHz whatever its rate.
	const block = blockSeconds * format.rate * frame;
	return {
		seconds: (data.to - data.from) / frame / format.rate,
		async *pieces(signal) {
			try {
				for (let at = data.from; at < data.to; at += block) {
					signal?.throwIfAborted();
					const sound = await bytes.read(at, Math.min(at + block, data.to));
					yield decodeWav(wavBlock(format, sound)).pcm;
				}
			} finally {
				await bytes.close?.();
			}
		},
	};
}

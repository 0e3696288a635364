import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "../../audio/index.ts";
import { AiosError } from "../../contract/index.ts";
import { childEnvironment } from "./environment.ts";
import { findPlayer } from "./programs.ts";

/** Plays 16-bit mono samples through the loudspeaker and waits until they were heard or `signal` aborts. */
export async function play(pcm: Int16Array, rate: number, signal: AbortSignal): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "aios-play-"));
	try {
		const file = join(folder, "speech.wav");
		await writeFile(file, encodeWav({ pcm, sampleRate: rate }), { mode: 0o600 });
		const { command, args } = findPlayer(file);
		const child = Bun.spawn([command, ...args], {
			env: childEnvironment(),
			stdin: "ignore",
			stdout: "ignore",
			stderr: "pipe",
			signal,
		});
		const reason = await new Response(child.stderr).text();
		if ((await child.exited) !== 0 && !signal.aborted) {
			throw new AiosError(
				"upstream_failed",
				`${command} could not play the sound: ${reason.trim() || "no reason given"}`,
				{
					fix: "Is a loudspeaker connected and not in use? aios doctor looks into it.",
				},
			);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Pieces of sound as one. */
export function joined(parts: readonly Int16Array[]): Int16Array {
	const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

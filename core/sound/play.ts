import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "../audio/index.ts";
import { AiosError } from "../contract/index.ts";
import { findPlayer, type Place } from "./programs.ts";

/** Plays 16-bit mono samples through the loudspeaker and waits until they were heard or `signal` aborts. */
export async function play(pcm: Int16Array, rate: number, place: Place, signal: AbortSignal): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "aios-play-"));
	try {
		const file = join(folder, "speech.wav");
		await writeFile(file, encodeWav({ pcm, sampleRate: rate }), { mode: 0o600 });
		const { command, args } = findPlayer(file, place);
		const child = Bun.spawn([command, ...args], {
			env: { ...place.env },
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

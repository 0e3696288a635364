import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "../../../core/audio/index.ts";
import type { Played } from "./loudspeaker.ts";

const cli = join(import.meta.dirname, "..", "..", "..", "core", "cli", "index.ts");

/** What was played, in words, in lower case: the product's own `aios transcribe` hears it back. */
export async function heardAs({ pcm, sampleRate }: Pick<Played, "pcm" | "sampleRate">): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), "aios-heard-"));
	try {
		const file = join(folder, "heard.wav");
		writeFileSync(file, encodeWav({ pcm, sampleRate }));
		const env = { ...process.env, AIOS_DATA_DIR: folder, AIOS_OFFLINE: "true" };
		const child = Bun.spawn([process.execPath, cli, "transcribe", file], { env, stdout: "pipe", stderr: "pipe" });
		const [heard, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
		if ((await child.exited) !== 0) throw new Error(`aios transcribe failed: ${error}`);
		return heard.toLowerCase();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

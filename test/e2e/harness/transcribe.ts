import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "../../../core/audio/index.ts";
import type { Played } from "./loudspeaker.ts";

const cli = join(import.meta.dirname, "..", "..", "..", "core", "cli", "index.ts");

/** What was played, in words, in lower case: the product's own `aios transcribe` hears it back. */
export function heardAs({ pcm, sampleRate }: Pick<Played, "pcm" | "sampleRate">): string {
	const folder = mkdtempSync(join(tmpdir(), "aios-heard-"));
	try {
		const file = join(folder, "heard.wav");
		writeFileSync(file, encodeWav({ pcm, sampleRate }));
		const env = { ...process.env, AIOS_DATA_DIR: folder, AIOS_OFFLINE: "true" };
		const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "transcribe", file], {
			env,
			encoding: "utf8",
		});
		if (status !== 0) throw new Error(`aios transcribe failed: ${stderr}`);
		return stdout.toLowerCase();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** SHA-256 by absolute path. */
export type Sums = ReadonlyMap<string, string>;

/** Reads the SHA256SUMS files (the format of `sha256sum`) of a models folder and of one model's folder in it. */
export async function readSums(...dirs: readonly string[]): Promise<Sums> {
	const sums = new Map<string, string>();
	for (const dir of dirs) {
		const text = await readFile(join(dir, "SHA256SUMS"), "utf8").catch(() => "");
		for (const [, digest, name] of text.matchAll(/^([0-9a-fA-F]{64}) [ *](.+?)\r?$/gm)) {
			if (digest !== undefined && name !== undefined) sums.set(resolve(dir, name), digest.toLowerCase());
		}
	}
	return sums;
}

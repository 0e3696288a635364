import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { integerOutput } from "./integer-output.ts";

/** What a rewritten decoder was made from and what it must be. */
const recordSchema = z.object({ version: z.number(), source: z.string(), sha256: z.string() });

/** Raised whenever the rewriting changes. */
const version = 1;

/**
 * Path of a copy of Moonshine's merged decoder whose output projection multiplies in integers; see
 * {@link integerOutput}. Made once beside the data (42 MB for base), checked by SHA-256 at every start and made anew
 * when it or its source changed. Throws where the folder cannot be written or the network is not the one known.
 */
export async function leanDecoder(decoder: string, cacheDir: string, name: string): Promise<string> {
	const path = join(cacheDir, `${name}-decoder.onnx`);
	const recordPath = `${path}.json`;
	const { size, mtimeMs } = await stat(decoder);
	const source = `${decoder} ${size} ${mtimeMs}`;
	const record = recordSchema.safeParse(await readJson(recordPath)).data;
	if (record?.version === version && record.source === source && (await digestOf(path)) === record.sha256) return path;

	const lean = Buffer.concat(integerOutput(await readFile(decoder)));
	const sha256 = createHash("sha256").update(lean).digest("hex");
	await mkdir(cacheDir, { recursive: true, mode: 0o700 });
	await writeWhole(path, lean);
	await writeWhole(recordPath, Buffer.from(JSON.stringify({ version, source, sha256 })));
	return path;
}

async function readJson(path: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(path, "utf8"));
	} catch {
		return undefined;
	}
}

async function digestOf(path: string): Promise<string | undefined> {
	try {
		const hash = createHash("sha256");
		for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
		return hash.digest("hex");
	} catch {
		return undefined;
	}
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
	const partial = `${path}.${randomUUID()}`;
	try {
		await writeFile(partial, content);
		await rename(partial, path);
	} catch (error) {
		await rm(partial, { force: true });
		throw error;
	}
}

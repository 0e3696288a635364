import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What was downloaded of a model: the revision and every file with its digest, so that nothing changes unseen later. */
const pinsSchema = z.object({
	version: z.literal(1),
	repository: z.string(),
	revision: z.string(),
	/** True once every file has arrived. */
	complete: z.boolean(),
	files: z.record(
		z.string(),
		z.object({
			bytes: z.number().int().nonnegative(),
			/** The digest the source published: `sha256:…`, or `git:…` (blob id) for files kept in git itself. */
			published: z.string().regex(/^(sha256:[0-9a-f]{64}|git:[0-9a-f]{40})$/),
			/** Of the bytes on disk, once they arrived and matched `published`. */
			sha256: sha256.optional(),
		}),
	),
});

export type Pins = z.output<typeof pinsSchema>;
export type FilePin = Pins["files"][string];

/** What was checked when, so that a start does not read every model again. */
const checksSchema = z.object({
	version: z.literal(1),
	files: z.record(
		z.string(),
		z.object({ bytes: z.number(), mtimeMs: z.number(), ctimeMs: z.number(), sha256, whole: z.boolean() }),
	),
});

export type Checks = z.output<typeof checksSchema>;

/** Where downloaded models and the records about them are. */
export function modelsDir(dataDir: string): string {
	return join(dataDir, "models");
}

/** What was recorded at the model's first download; undefined where there was none. */
export async function readPins(dataDir: string, model: string): Promise<Pins | undefined> {
	return readJson(pinsPath(dataDir, model), pinsSchema);
}

/** Records a download. Callers hold the model's lease. */
export async function writePins(dataDir: string, model: string, pins: Pins): Promise<void> {
	await writeWhole(pinsPath(dataDir, model), `${JSON.stringify(pins, null, "\t")}\n`);
}

export async function readChecks(dataDir: string): Promise<Checks> {
	return (await readJson(checksPath(dataDir), checksSchema)) ?? { version: 1, files: {} };
}

/** Adds to what was checked. Losing a race with another process costs one re-check, nothing else. */
export async function mergeChecks(dataDir: string, files: Checks["files"]): Promise<void> {
	const checks = await readChecks(dataDir);
	await writeWhole(checksPath(dataDir), JSON.stringify({ version: 1, files: { ...checks.files, ...files } }));
}

/** Forgets what was recorded about these files: they are taken as they are now at the next look. */
export async function forgetChecks(dataDir: string, paths: readonly string[]): Promise<void> {
	const checks = await readChecks(dataDir);
	for (const path of paths) delete checks.files[path];
	await writeWhole(checksPath(dataDir), JSON.stringify(checks));
}

/** Writes a file so that a reader, or a crash, sees the old one or the new one and never a part. */
export async function writeWhole(path: string, content: string): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const temporary = `${path}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.new`;
	try {
		await writeFile(temporary, content);
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	}
}

/** A record that cannot be read is as good as none: it is made anew. */
async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
	try {
		return schema.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
	} catch {
		return undefined;
	}
}

function pinsPath(dataDir: string, model: string): string {
	return join(modelsDir(dataDir), `${model}.lock.json`);
}

function checksPath(dataDir: string): string {
	return join(modelsDir(dataDir), "checked.json");
}

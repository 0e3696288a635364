import { createWriteStream } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AiosError } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";

const maxBytes = 500_000_000;
/** Endings of files that can be read; how, summarize.py knows. */
const readable = new Set([".csv", ".tsv", ".xlsx", ".xlsm", ".parquet", ".json", ".jsonl"]);

/** Data to look at: a text, or a file by its real path. `extension` tells how to read it. */
export type DataSource = { extension: string } & ({ text: string } | { real: string });

/**
 * Looks whether there is data that can be read, before anything is made ready for it. Throws `not_found`, `too_large`,
 * `unsupported`, and `forbidden` outside the allowed folders.
 */
export async function findData(
	input: { path?: string | undefined; csv?: string | undefined },
	folders: Folders,
): Promise<DataSource> {
	if (input.csv !== undefined) return { text: input.csv, extension: ".csv" };
	if (input.path === undefined)
		throw new AiosError("bad_request", "Neither path nor csv was given.", { fix: "Give one of the two." });
	const real = await folders.resolve(input.path);
	const found = await stat(real).catch(() => undefined);
	if (found === undefined || !found.isFile()) throw new AiosError("not_found", `There is no file ${input.path}.`);
	if (found.size > maxBytes)
		throw new AiosError("too_large", `${basename(real)} is larger than ${maxBytes / 1_000_000} MB.`);
	const extension = extname(real).toLowerCase();
	if (!readable.has(extension)) {
		throw new AiosError("unsupported", `${extension || "A file without an ending"} is not a kind of data I can read.`, {
			fix: `Readable are ${[...readable].join(", ")}.`,
		});
	}
	return { real, extension };
}

/** Puts the data into the scratch folder, under a name of its own that it gives. */
export async function placeData(
	source: DataSource,
	scratch: string,
	folders: Folders,
	signal: AbortSignal,
): Promise<string> {
	const name = `.data-${crypto.randomUUID()}${source.extension}`;
	// Never through a link that code running there may have made.
	if ("text" in source) await writeFile(join(scratch, name), source.text, { flag: "wx" });
	else {
		await using file = await folders.open(source.real);
		const copy = createWriteStream(join(scratch, name), { flags: "wx" });
		await pipeline(file.createReadStream({ autoClose: false }), copy, { signal });
	}
	return name;
}

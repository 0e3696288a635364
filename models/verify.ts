import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { onnxFault } from "./onnx.ts";
import type { Checks } from "./records.ts";

/** Why a copy of a model is not used. */
export interface ModelProblem {
	model: string;
	/** The file in question, absolute. */
	file: string;
	reason: "missing" | "damaged" | "unreadable" | "changed";
	/** One sentence that names the file and what is wrong with it. */
	message: string;
}

/** What is known of a file before it is looked at. */
export interface Expected {
	/** Exact size, where known. */
	bytes?: number;
	/** A size it cannot be below, where only about that is known. */
	atLeast?: number;
	sha256?: string;
}

/**
 * Checks one file: its size, its SHA-256 where one is known, else its inner structure and that it is what it was
 * when first seen. Unchanged files (size and times) are not read again; `fresh` collects what was read anew.
 */
export async function checkFile(
	path: string,
	expected: Expected,
	seen: Checks["files"],
	fresh: Checks["files"],
): Promise<Pick<ModelProblem, "reason" | "message"> | undefined> {
	const name = basename(path);
	try {
		const { size, mtimeMs, ctimeMs } = await stat(path);
		if (expected.bytes !== undefined && size !== expected.bytes)
			return damaged(`${name} ${sizes(size, expected.bytes)}.`);
		if (expected.atLeast !== undefined && size < expected.atLeast)
			return damaged(`${name} is cut short at ${size} bytes.`);
		const before = seen[path];
		const unchanged = before?.bytes === size && before.mtimeMs === mtimeMs && before.ctimeMs === ctimeMs;
		const record = unchanged ? before : { bytes: size, mtimeMs, ctimeMs, sha256: await sha256Of(path), whole: false };
		if (expected.sha256 !== undefined) {
			if (record.sha256 !== expected.sha256) return damaged(`${name} is not the published file: its checksum differs.`);
		} else {
			if (before !== undefined && !unchanged && before.bytes === size && before.sha256 !== record.sha256) {
				return { reason: "changed", message: `${name} was altered since it was first used.` };
			}
			const fault = record.whole ? undefined : await structureFault(path);
			if (fault !== undefined) return damaged(`${name} ${fault}.`);
			record.whole = true;
		}
		if (!unchanged) fresh[path] = record;
		return undefined;
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : "";
		if (code === "ENOENT" || code === "ENOTDIR") return { reason: "missing", message: `${name} is missing.` };
		return { reason: "unreadable", message: `${name} cannot be read${code === "" ? "" : ` (${code})`}.` };
	}
}

/** SHA-256 of a file, in hexadecimal, read in pieces so that nothing else waits long. */
export async function sha256Of(path: string): Promise<string> {
	const hash = createHash("sha256");
	for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
	return hash.digest("hex");
}

async function structureFault(path: string): Promise<string | undefined> {
	if (path.endsWith(".onnx")) return onnxFault(path);
	if (path.endsWith(".json")) {
		try {
			JSON.parse(await readFile(path, "utf8"));
			return undefined;
		} catch {
			return "is not whole JSON";
		}
	}
	if (path.endsWith("tokens.txt")) return tokensFault(await readFile(path, "utf8"));
	return undefined;
}

/** A tokens file has one `token id` line an id; the token may itself be a space. */
function tokensFault(text: string): string | undefined {
	const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
	const bad = lines.findIndex((line) => !/\s\d+$/.test(line));
	return bad < 0 ? undefined : `has no token id on line ${bad + 1}`;
}

function sizes(is: number, should: number): string {
	return is < should ? `is cut short: ${is} of ${should} bytes` : `has ${is} bytes instead of ${should}`;
}

function damaged(message: string) {
	return { reason: "damaged", message } as const;
}

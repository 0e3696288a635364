import { access, constants, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { megabytes } from "../../../models/index.ts";
import type { Finding } from "./finding.ts";

/** Below this a model, a backup of the database and the logs no longer fit together. */
const comfortable = 500_000_000;

/** Whether the data folder, or the folder it will be made in, can be written and has room. */
export async function lookAtStorage(dataDir: string): Promise<Finding> {
	const base = { part: "data folder", essential: true };
	const fix = "Make it writable, or name another folder with AIOS_DATA_DIR.";
	const folder = await nearestExisting(dataDir);
	try {
		await access(folder, constants.W_OK | constants.X_OK);
	} catch {
		return { ...base, ok: false, what: `${folder} cannot be written to.`, fix };
	}
	const { bavail, bsize } = await statfs(folder);
	const free = bavail * bsize;
	if (free < comfortable) {
		return {
			...base,
			ok: false,
			essential: false,
			what: `Only ${megabytes(free)} are free on the disk of ${dataDir}.`,
			fix: "Free some space.",
		};
	}
	return { ...base, ok: true, what: `${dataDir} can be written, ${Math.round(free / 1e9)} GB are free.` };
}

async function nearestExisting(path: string): Promise<string> {
	for (let at = path; ; at = dirname(at)) {
		const there = await access(at).then(
			() => true,
			() => false,
		);
		if (there || dirname(at) === at) return at;
	}
}

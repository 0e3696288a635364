import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** What is in a folder below the one that is walked. */
export interface Walked {
	path: string;
	entry: Dirent;
	/** Hidden, or in or of a folder that programs fill: packages, caches. */
	aside: boolean;
}

/** Folders that tools fill, whose files nobody wrote or looks for. */
const filledByTools = new Set(
	"node_modules bower_components site-packages __pycache__ venv target dist appdata".split(" "),
);

/** Folders read at the same time. */
const atOnce = 32;

/**
 * Everything below a folder, some folders' entries at a time, those nearest to it first. What is hidden or was filled by tools is left out or,
 * with `aside`, comes when all else has come. Links are not followed, and what can't be read is passed over.
 */
export async function* walk(
	folder: string,
	{ aside, signal }: { aside: boolean; signal: AbortSignal },
): AsyncGenerator<Walked[]> {
	const later: string[] = [];
	for (const queues = [[folder], later]; queues.length > 0; queues.shift()) {
		const isAside = queues.length === 1;
		let level = queues[0] ?? [];
		while (level.length > 0) {
			const next: string[] = [];
			for (let at = 0; at < level.length; at += atOnce) {
				signal.throwIfAborted();
				const some = level.slice(at, at + atOnce);
				const read = await Promise.all(some.map((path) => readdir(path, { withFileTypes: true }).catch(() => [])));
				const found: Walked[] = [];
				for (const [index, entries] of read.entries()) {
					for (const entry of entries) {
						const path = join(some[index] ?? folder, entry.name);
						const hidden = isAside || entry.name.startsWith(".") || filledByTools.has(entry.name.toLowerCase());
						if (hidden && !aside) continue;
						if (entry.isDirectory()) (hidden && !isAside ? later : next).push(path);
						found.push({ path, entry, aside: hidden });
					}
				}
				yield found;
			}
			level = next;
		}
	}
}

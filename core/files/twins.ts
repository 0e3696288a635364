import type { BigIntStats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** How far the times of a file system may be behind this machine's clock, in milliseconds. */
const coarseMs = 1_000;

/** The files found that have several names, by identity, and when the walk for them began. */
interface Walk {
	beganAt: number;
	found: Promise<ReadonlySet<string>>;
}

/**
 * Tells whether a file is another name (a hard link) of one below `closed()`: real folders or files that tools never
 * touch. Such a file is known by its device and number alone, so all below those folders is gone through, but only where a
 * file that has several names is asked about. A new name changes the file's ctime: of a file that did not change since
 * the last walk, that walk knows.
 */
export function createTwins(closed: () => Promise<readonly string[]>): (file: BigIntStats) => Promise<boolean> {
	const walk = (): Walk => ({ beganAt: Date.now(), found: closed().then(filesWithOtherNames) });
	let last: Walk | undefined;
	let next: Promise<Walk> | undefined;
	/** A walk that begins after this call; those who ask while one is under way share the one after it. */
	const newWalk = () => {
		next ??= Promise.allSettled([last?.found]).then(() => {
			next = undefined;
			last = walk();
			return last;
		});
		return next;
	};
	return async (file) => {
		if (!hasOtherNames(file)) return false;
		const known = last !== undefined && Number(file.ctimeMs) + coarseMs < last.beganAt ? last : await newWalk();
		return (await known.found).has(identityOf(file));
	};
}

async function filesWithOtherNames(paths: readonly string[]): Promise<Set<string>> {
	const found = new Set<string>();
	const waiting = [...paths];
	for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
		const file = await lstat(path, { bigint: true }).catch(() => undefined);
		if (file?.isDirectory()) {
			for (const name of await readdir(path).catch(() => [])) waiting.push(join(path, name));
		} else if (file !== undefined && hasOtherNames(file)) found.add(identityOf(file));
	}
	return found;
}

const hasOtherNames = (file: BigIntStats) => file.isFile() && file.nlink > 1n;
const identityOf = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;

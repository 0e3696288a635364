import { readFileSync } from "node:fs";

/** Ticks of all cores, and those in which they did something; undefined where the system does not tell. */
function machine(): { all: number; busy: number } | undefined {
	try {
		const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n");
		// The last two, guests' time, are part of the first two.
		const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number);
		const all = ticks.reduce((sum, value) => sum + value, 0);
		const [, , , idle = 0, waiting = 0] = ticks;
		return { all, busy: all - idle - waiting };
	} catch {
		return undefined;
	}
}

/** Ticks that processes, and children of theirs that ended, have worked. */
function worked(pids: readonly number[]): number {
	const ticks = pids.flatMap((pid) => {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
			return stat
				.slice(stat.lastIndexOf(")") + 2)
				.split(" ")
				.slice(11, 15)
				.map(Number);
		} catch {
			return [];
		}
	});
	return ticks.reduce((sum, value) => sum + value, 0);
}

/**
 * Tells how much of the machine (0 to 1) programs other than these took since it was last asked; NaN where the system
 * does not tell. What was measured meanwhile is theirs in part.
 */
export function watchOthers(pids: readonly number[]): () => number {
	const look = () => ({ ...machine(), own: worked(pids) });
	let last = look();
	return () => {
		const before = last;
		last = look();
		const spent = (of: "all" | "busy" | "own") => (last[of] ?? Number.NaN) - (before[of] ?? Number.NaN);
		return Math.max(0, spent("busy") - spent("own")) / spent("all");
	};
}

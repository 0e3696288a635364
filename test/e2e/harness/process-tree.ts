import { spawnSync } from "node:child_process";

/** The ids of every process below `pid`, itself included, that is still alive (defunct ones are not). */
export function processesBelow(pid: number): number[] {
	const rows = spawnSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" })
		.stdout.trim()
		.split("\n")
		.map((row) => row.trim().split(/\s+/))
		.filter(([, , state]) => state?.startsWith("Z") === false)
		.map(([id, parent]) => ({ id: Number(id), parent: Number(parent) }));
	const found = new Set(rows.filter(({ id }) => id === pid).map(({ id }) => id));
	for (let before = -1; before !== found.size; ) {
		before = found.size;
		for (const { id, parent } of rows) if (found.has(parent)) found.add(id);
	}
	return [...found];
}

/** Those of the processes that still run. */
export function stillAlive(pids: readonly number[]): number[] {
	return pids.filter((pid) => processesBelow(pid).includes(pid));
}

/** The command line of a process; empty when it has ended. */
export function commandOf(pid: number): string {
	return spawnSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" }).stdout.trim();
}

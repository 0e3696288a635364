import { availableParallelism, totalmem } from "node:os";
import { z } from "zod";

/** Half of this machine's memory, but no more than most data needs, in megabytes. */
const usualMemoryMb = Math.max(256, Math.min(4096, Math.floor(totalmem() / 2 / 1024 ** 2)));
/** Half of this machine's processors, at least one. */
const usualCpus = Math.max(1, availableParallelism() / 2);

/** Settings of the python server. No tool can change them. */
export const pythonSettings = z.strictObject({
	/**
	 * `sandbox`: code runs in Linux namespaces with no network and a read-only system, or not at all.
	 * `none`: where there is no sandbox, code runs with the rights of the person who started AIOS.
	 */
	isolation: z.enum(["sandbox", "none"]).default("sandbox"),
	/**
	 * Memory of a session with all its processes, megabytes; of each process alone, its address space. What it keeps in
	 * temporary files is not included.
	 */
	memoryMb: z.number().int().min(256).max(262_144).default(usualMemoryMb),
	/** Processors all sessions together may keep busy on average; those that work share them evenly. */
	cpus: z.number().min(0.1).max(1024).default(usualCpus),
	/** Temporary files of a session, megabytes of memory in each of /tmp and /dev/shm. */
	temporaryMb: z.number().int().min(16).max(262_144).default(512),
	/** Processes and threads of a session. */
	processes: z.number().int().min(16).max(4096).default(256),
	/** Largest file a session may write, megabytes. */
	fileMb: z.number().int().min(1).max(100_000).default(1024),
	/** Sessions one person may have at once. */
	sessionsPerUser: z.number().int().min(1).max(64).default(8),
	/** Minutes without use after which a session is closed. */
	idleMinutes: z.number().min(1).max(1440).default(60),
	/** The Python to run; by default python3 on the path. */
	python: z.string().optional(),
});

export type PythonSettings = z.output<typeof pythonSettings>;

import { z } from "zod";

/** Settings of the python server. No tool can change them. */
export const pythonSettings = z.strictObject({
	/**
	 * `sandbox`: code runs in Linux namespaces with no network and a read-only system, or not at all.
	 * `none`: where there is no sandbox, code runs with the rights of the person who started AIOS.
	 */
	isolation: z.enum(["sandbox", "none"]).default("sandbox"),
	/** Address space of a session, megabytes. */
	memoryMb: z.number().int().min(256).max(262_144).default(4096),
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

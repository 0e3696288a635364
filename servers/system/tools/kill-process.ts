import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { ProcessInfo, SystemAdapters } from "../adapters/index.ts";

/** Ends a process by id, or by a name only one has. */
export const killProcess = defineTool({
	name: "kill_process",
	title: "End process",
	description:
		"Ends a process by its id, or by name where exactly one program has it. Asks it first; `force` does not.",
	effect: "destructive",
	input: z.object({
		pid: slot("integer", z.number().int().min(2)).optional(),
		name: slot("name", z.string().min(1).max(200))
			.optional()
			.describe("With pid: a check that it is still that program"),
		force: z.boolean().default(false),
	}),
	output: z.object({
		pid: z.number().int(),
		name: z.string(),
		ended: z.boolean().describe("False: it was asked and still runs"),
	}),
	voice: {
		en: {
			sentences: [
				"(kill|end|stop|quit) [the] process [number] {pid}",
				"(kill|end|quit|close) [the] (process|program|application|app) {name}",
				"(kill|quit|force quit) {name}",
			],
			examples: ["force quit the browser", "end that program"],
		},
	},
	summary: ({ pid, name, force }) =>
		`${force ? "Force" : "Ask"} ${[name, pid === undefined ? undefined : `process ${pid}`].filter(Boolean).join(", ")} to end`,
	say: ({ name, ended }) => (ended ? `${name} has ended.` : `I asked ${name} to end, but it still runs.`),
	async run({ pid, name, force }, { host }: SystemAdapters, { signal }) {
		const target = choose(await host.processes(), pid, name);
		if (target.pid === process.pid || target.pid === process.ppid) {
			throw new AiosError("forbidden", "That process is AIOS itself.", {
				fix: "Stop AIOS with Ctrl-C where it was started.",
			});
		}
		try {
			process.kill(target.pid, force ? "SIGKILL" : "SIGTERM");
		} catch (error) {
			const denied = error instanceof Error && "code" in error && error.code === "EPERM";
			throw new AiosError(
				denied ? "forbidden" : "not_found",
				denied ? `${target.name} belongs to another user.` : `${target.name} has just ended.`,
				{ cause: error },
			);
		}
		return { pid: target.pid, name: target.name, ended: await gone(target.pid, signal) };
	},
});

function choose(processes: readonly ProcessInfo[], pid: number | undefined, name: string | undefined): ProcessInfo {
	const wanted = name?.toLowerCase();
	const named = (process: ProcessInfo) =>
		wanted === undefined || process.name.toLowerCase().replace(/\.exe$/, "") === wanted;
	if (pid === undefined && wanted === undefined)
		throw new AiosError("bad_request", "Neither pid nor name was given.", { fix: "Say which process." });
	const found = processes.filter((process) => (pid === undefined || process.pid === pid) && named(process));
	const [only] = found;
	if (only === undefined) {
		throw new AiosError(
			"not_found",
			`No process ${[pid, name].filter((part) => part !== undefined).join(" called ")} is running.`,
		);
	}
	if (found.length > 1) {
		throw new AiosError("conflict", `${found.length} processes are called ${name}.`, {
			fix: `Give one of their numbers: ${found
				.slice(0, 10)
				.map((process) => process.pid)
				.join(", ")}.`,
			details: { pids: found.map((process) => process.pid) },
		});
	}
	return only;
}

/** Waits up to two seconds for it to be gone. */
async function gone(pid: number, signal: AbortSignal): Promise<boolean> {
	for (let attempt = 0; attempt < 40 && !signal.aborted; attempt++) {
		try {
			process.kill(pid, 0);
		} catch {
			return true;
		}
		await Bun.sleep(50);
	}
	return false;
}

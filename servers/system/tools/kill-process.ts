import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { ProcessInfo, SystemAdapters } from "../adapters/index.ts";
import { endProcess, isGone, refuseOwn } from "./end-process.ts";

/** How long a process is given to end, milliseconds. */
const patienceMs = 2_000;

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
				"(kill|end|quit|close) [the] process {name}",
				"kill [the] {name} process",
			],
			examples: ["end that process"],
		},
	},
	summary: ({ pid, name, force }) =>
		`${force ? "Force" : "Ask"} ${[name, pid === undefined ? undefined : `process ${pid}`].filter(Boolean).join(", ")} to end`,
	say: ({ name, ended }) => (ended ? `${name} has ended.` : `I asked ${name} to end, but it still runs.`),
	async run({ pid, name, force }, { host }: SystemAdapters, { signal }) {
		const processes = await host.processes();
		const target = choose(processes, pid, name);
		refuseOwn(target, processes);
		endProcess(target, force);
		return { pid: target.pid, name: target.name, ended: await isGone(target.pid, patienceMs, signal) };
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
			{ fix: "list_processes shows which are." },
		);
	}
	if (found.length > 1) {
		throw new AiosError("conflict", `${sayCount(found.length, "process", "processes")} are called ${name}.`, {
			fix: `Give one of their numbers: ${found
				.slice(0, 10)
				.map((process) => process.pid)
				.join(", ")}.`,
			details: { pids: found.map((process) => process.pid) },
		});
	}
	return only;
}

import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount, sayList } from "../../../core/text/index.ts";
import { findRunning, mustRun, type SystemAdapters } from "../adapters/index.ts";
import { endProcess, isGone, refuseOwn } from "./end-process.ts";

/** How long an application is given to close: it may have to write what was not saved yet. */
const patienceMs = 4_000;
/** Process numbers said in the question; the page shows all. */
const mostSaid = 5;

const instanceShape = z.object({ pid: z.number().int().min(2), name: z.string().min(1).max(200) });

/** Closes an application by the name people say. */
export const closeApplication = defineTool({
	name: "close_application",
	title: "Close application",
	description:
		"Closes an application by its name: every instance of it that this person runs. Asks it to close; `force` ends it at once, and what was not saved is lost.",
	effect: "destructive",
	input: z.object({
		name: slot("name", z.string().trim().min(1).max(200)).describe("The application's name, as people say it"),
		force: z.boolean().default(false),
		instances: z
			.array(instanceShape)
			.min(1)
			.max(100)
			.optional()
			.describe("Exactly these of its processes; all of them by default"),
	}),
	output: z.object({
		name: z.string(),
		closed: z.array(instanceShape),
		open: z.array(instanceShape).describe("Asked to close, and still running"),
	}),
	voice: {
		en: {
			sentences: [
				"(close|quit|exit|shut down|shut) [the] (application|app|program) {name}",
				"(close|quit|exit|shut down) [the] {name} [application|app|program]",
				"(close|quit|exit|shut down) all [of] [the|my] {name} windows",
			],
			fixed: [
				{ text: "(kill|force quit|force close) [the] {name} [application|app|program]", values: { force: true } },
				{ text: "(kill|force quit|force close) [the] (application|app|program) {name}", values: { force: true } },
				{ text: "force [the] {name} to (quit|close|stop)", values: { force: true } },
			],
			followUps: [{ text: "(close|quit|exit) (it|that) [again]", after: "launch_application" }],
			examples: ["i'm done with firefox", "get rid of the calculator"],
			ask: { name: "Which application?" },
		},
	},
	summary: ({ name, force, instances = [] }) => {
		const which = instances.slice(0, mostSaid).map(({ pid }) => String(pid));
		const times = instances.length < 2 ? "" : ` ${instances.length} times`;
		const named =
			which.length === 0 ? "" : `, process ${sayList(which)}${instances.length > mostSaid ? " and more" : ""}`;
		return `${force ? "Force" : "Close"} ${name}${times}${force ? " to quit, without saving" : ""}${named}`;
	},
	say: ({ name, closed, open }) => {
		if (open.length === 0) return `${name} is closed.`;
		const rest = `${sayCount(open.length, "process", "processes")} still ${open.length === 1 ? "runs" : "run"}`;
		return closed.length === 0 ? `I asked ${name} to close, but it is still open.` : `${name}: ${rest}.`;
	},
	async resolve({ name, force }, adapters: SystemAdapters) {
		const running = await find(name, adapters);
		const instances = running.instances.map(({ pid, name: program }) => ({ pid, name: program }));
		return { name: running.name, force, instances };
	},
	async run({ name, force, instances: given }, adapters: SystemAdapters, { signal }) {
		const processes = await adapters.host.processes();
		const instances = given ?? (await find(name, adapters)).instances.map(({ pid, name: own }) => ({ pid, name: own }));
		// A number may be another program's by now.
		const there = instances.filter((one) =>
			processes.some(({ pid, name: own }) => pid === one.pid && own === one.name),
		);
		if (there.length === 0) throw new AiosError("not_found", `${name} is not running any more.`);
		for (const instance of there) refuseOwn(instance, processes);
		for (const instance of there) await end(instance, force, adapters);
		const gone = await Promise.all(there.map(({ pid }) => isGone(pid, patienceMs, signal)));
		return { name, closed: there.filter((_, index) => gone[index]), open: there.filter((_, index) => !gone[index]) };
	},
});

async function find(name: string, { host, applications }: SystemAdapters) {
	const [processes, installed] = await Promise.all([host.processes(), applications.list()]);
	return findRunning(name, installed, processes, process.pid);
}

/** Windows ends a process at once where a signal is sent; its own program asks the windows to close. */
async function end(instance: { pid: number; name: string }, force: boolean, { run }: SystemAdapters): Promise<void> {
	if (process.platform === "win32" && !force) await mustRun(run, ["taskkill", "/PID", String(instance.pid)]);
	else endProcess(instance, force);
}

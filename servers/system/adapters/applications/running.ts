import { AiosError } from "../../../../core/contract/index.ts";
import { sayList, soundsLike } from "../../../../core/text/index.ts";
import type { ProcessInfo } from "../host.ts";
import type { Application } from "./application.ts";
import { namesOfProcess } from "./programs.ts";
import { plainName, resolveApplication } from "./resolve.ts";

/** An application as it runs: each of its instances, without the processes those started for themselves. */
export interface RunningApplication {
	name: string;
	instances: ProcessInfo[];
}

/** How alike a program's name must sound to the one said, where no application of the desktop is meant. */
const leastAlike = 0.85;

/**
 * Finds what runs of the application a person means by a spoken name: all instances, those of other people, of AIOS
 * itself (`self`, a process id) and of what started it left out. An application the desktop does not know is found by its
 * program's name. Throws `not_found` where nothing of that name runs, `conflict` where several applications fit and run.
 */
export function findRunning(
	spoken: string,
	applications: readonly Application[],
	processes: readonly ProcessInfo[],
	self: number,
): RunningApplication {
	const own = ownProcesses(processes, self);
	const running = (application: Application) => topmost(own.filter((process) => application.runs(process)));
	const choices = meantBy(spoken, applications).map((application) => ({
		application,
		instances: running(application),
	}));
	const open = choices.filter(({ instances }) => instances.length > 0);
	const [only] = open;
	if (only !== undefined && open.length === 1) return { name: only.application.name, instances: only.instances };
	if (open.length > 1) {
		const names = open.map(({ application }) => application.name);
		throw new AiosError("conflict", `"${spoken}" could be ${sayList(names, "or")}.`, {
			fix: "Say the full name.",
			details: { choices: names },
		});
	}
	const program = byProgram(spoken, own);
	if (program !== undefined) return program;
	const [installed] = choices;
	throw new AiosError(
		"not_found",
		installed === undefined ? `Nothing called ${spoken} is running.` : `${installed.application.name} is not running.`,
	);
}

/** The application of that name, the several that fit equally, or none. */
function meantBy(spoken: string, applications: readonly Application[]): Application[] {
	try {
		return [resolveApplication(spoken, applications)];
	} catch (error) {
		const choices = error instanceof AiosError && error.code === "conflict" ? error.details?.choices : undefined;
		return Array.isArray(choices) ? applications.filter(({ name }) => choices.includes(name)) : [];
	}
}

function byProgram(spoken: string, processes: readonly ProcessInfo[]): RunningApplication | undefined {
	const said = plainName(spoken);
	let best: { name: string; alike: number } | undefined;
	for (const process of processes) {
		for (const name of namesOfProcess(process)) {
			const alike = soundsLike(said, plainName(name));
			if (alike >= leastAlike && alike > (best?.alike ?? 0)) best = { name, alike };
		}
	}
	if (best === undefined) return undefined;
	const { name } = best;
	return { name, instances: topmost(processes.filter((process) => namesOfProcess(process).includes(name))) };
}

/** Those whose parent is none of them. */
function topmost(processes: readonly ProcessInfo[]): ProcessInfo[] {
	const ids = new Set(processes.map(({ pid }) => pid));
	return processes.filter(({ parent }) => !ids.has(parent));
}

/**
 * The processes of the person AIOS runs as, but AIOS: itself, all it descends from, and what its other servers started
 * (their browser is not the person's). What this server started for the person, an application or a command, is theirs.
 */
function ownProcesses(processes: readonly ProcessInfo[], self: number): ProcessInfo[] {
	const byId = new Map(processes.map((process) => [process.pid, process]));
	const me = byId.get(self);
	const above = new Set<number>();
	for (let at = me; at !== undefined && !above.has(at.pid); at = byId.get(at.parent)) above.add(at.pid);
	const main = me === undefined ? undefined : byId.get(me.parent);
	const inAios = main !== undefined && me !== undefined && main.name === me.name ? main.pid : self;
	const isAios = (process: ProcessInfo): boolean => {
		const seen = new Set<number>();
		for (let at: ProcessInfo | undefined = process; at !== undefined && !seen.has(at.pid); at = byId.get(at.parent)) {
			if (at.pid === self) return false;
			if (at.pid === inAios) return true;
			seen.add(at.pid);
		}
		return false;
	};
	return processes.filter((process) => process.user === me?.user && !above.has(process.pid) && !isAios(process));
}

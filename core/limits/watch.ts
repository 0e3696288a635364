import type { Clock } from "../contract/index.ts";
import { createShare, type Share } from "./share.ts";
import { sharedOnceMb, type Usage, usageOf } from "./usage.ts";

/** How much of the machine a program may use, with everything it starts. */
export interface Limits {
	/** Memory in MiB, what it keeps in temporary files not included: those have a limit of their own. */
	memory_mb: number;
	/** Processes at once. */
	processes: number;
	/** Processors it may keep busy on average; 0.5 is half of one. */
	cpus: number;
}

/** How often usage is looked at, in milliseconds; and how often while it works, when memory may grow fast. */
const lookMs = 250;
const closeLookMs = 50;
/** The part of the watcher's own time that looking may take: one look in so many times what it took. */
const lookShare = 10;
/** After a rest it may take at once what its share comes to in this many seconds. */
const restS = 10;
/** Processors it keeps busy at least where it counts as working. */
const worksCpus = 0.05;

/** Whether usage can be looked at on this machine. */
export function canLimit(platform: NodeJS.Platform): boolean {
	return platform === "linux";
}

/**
 * Watches a program and all it started, until the returned function is called. Over its memory or processes it is ended
 * whole, after `onOver` was told why; over its share of the processors it is paused until it is within it again.
 */
export function watchLimits(deps: {
	/** The program's process; undefined before it runs. */
	pid(): number | undefined;
	/** `cpus` may be a share it has with others. */
	limits: Omit<Limits, "cpus"> & { cpus: number | Share };
	clock: Clock;
	onOver(why: string): void;
}): () => void {
	const { limits, clock, onOver } = deps;
	const share = typeof limits.cpus === "number" ? createShare(limits.cpus) : limits.cpus;
	const program = {};
	let cancel = clock.after(lookMs, look);
	let watching = true;
	let credit = share.part(program, false) * restS;
	let before: Pick<Usage, "cpuS" | "allCpuS"> = { cpuS: new Map(), allCpuS: 0 };
	let at = performance.now();
	let paused = false;
	let works = false;

	function look(): void {
		const began = performance.now();
		const pid = deps.pid();
		if (pid === undefined) {
			cancel = clock.after(lookMs, look);
			return;
		}
		const usage = usageOf(pid);
		keepShare(usage);
		const lookedMs = performance.now() - began;
		void judge(usage).then((why) => {
			if (!watching) return;
			if (why === undefined) {
				cancel = clock.after(Math.max(works ? closeLookMs : lookMs, lookedMs * lookShare), look);
				return;
			}
			onOver(`${why}, so it was ended.`);
			signal([pid, ...usage.pids, ...usageOf(pid).pids], "SIGKILL");
		});
	}

	async function judge({ mostMb, pids }: Usage): Promise<string | undefined> {
		if (pids.length > limits.processes) return `It had ${pids.length} processes and may have ${limits.processes}`;
		const usedMb = mostMb > limits.memory_mb ? await sharedOnceMb(pids) : mostMb;
		if (usedMb <= limits.memory_mb) return undefined;
		return `It used ${Math.round(usedMb)} MB of memory and may use ${limits.memory_mb}`;
	}

	/** A bucket of processor time, filled at the allowed rate. */
	function keepShare({ pids, cpuS, allCpuS }: Usage): void {
		const now = performance.now();
		const passedS = (now - at) / 1_000;
		// Processes that nobody waits for take their time with them, so what still runs is summed by itself too.
		let running = 0;
		for (const [pid, seconds] of cpuS) running += Math.max(0, seconds - (before.cpuS.get(pid) ?? 0));
		const used = Math.max(running, allCpuS - before.allCpuS);
		works = paused || used > worksCpus * passedS;
		const cpus = share.part(program, works);
		credit = Math.min(cpus * restS, credit + passedS * cpus) - used;
		before = { cpuS, allCpuS };
		at = now;
		if (credit < 0) signal(pids, "SIGSTOP");
		else if (paused) signal(pids, "SIGCONT");
		paused = credit < 0;
	}

	return () => {
		watching = false;
		cancel();
		share.part(program, false);
		const pid = deps.pid();
		if (paused && pid !== undefined) signal(usageOf(pid).pids, "SIGCONT");
	};
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
	for (const pid of new Set(pids)) {
		try {
			process.kill(pid, name);
		} catch {
			// It has ended.
		}
	}
}

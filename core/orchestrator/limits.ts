import { readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../contract/index.ts";

/** How much of the machine a program may use, with everything it starts. */
export interface Limits {
	/** Memory in MiB, what it keeps in temporary files not included: those have the same limit again. */
	memory_mb: number;
	/** Processes at once. */
	processes: number;
	/** Processors it may keep busy on average; 0.5 is half of one. */
	cpus: number;
}

/** How often usage is looked at, in milliseconds. */
const lookMs = 500;
/** Seconds of processor time it may take at once after a rest. */
const burstS = 5;
/** Unit of processor times in /proc: 100 a second on every Linux (`sysconf(_SC_CLK_TCK)`). */
const ticksPerSecond = 100;

/** Whether usage can be looked at on this machine. */
export function canLimit(platform: NodeJS.Platform): boolean {
	return platform === "linux";
}

interface Usage {
	pids: number[];
	memoryMb: number;
	/** Processor time in seconds, by process. */
	cpuS: Map<number, number>;
}

/**
 * Watches a program and all it started, until the returned function is called. Over its memory or processes it is ended
 * whole, after `onOver` was told why; over its share of the processors it is paused until it is within it again.
 */
export function watchLimits(deps: {
	/** The program's process; undefined before it runs. */
	pid(): number | undefined;
	limits: Limits;
	clock: Clock;
	onOver(why: string): void;
}): () => void {
	const { limits, clock, onOver } = deps;
	let cancel = clock.after(lookMs, look);
	let credit = burstS;
	let before = new Map<number, number>();
	let at = performance.now();
	let paused = false;

	function look(): void {
		const pid = deps.pid();
		if (pid !== undefined && over(pid)) return;
		cancel = clock.after(lookMs, look);
	}

	function over(pid: number): boolean {
		const usage = usageOf(pid);
		const used = `${Math.round(usage.memoryMb)} MB of memory and may use ${limits.memory_mb}`;
		const why =
			usage.memoryMb > limits.memory_mb
				? `It used ${used}`
				: usage.pids.length > limits.processes
					? `It had ${usage.pids.length} processes and may have ${limits.processes}`
					: undefined;
		if (why === undefined) {
			share(usage);
			return false;
		}
		onOver(`${why}, so it was ended.`);
		signal([pid, ...usage.pids], "SIGKILL");
		return true;
	}

	/** A bucket of processor time, filled at the allowed rate. */
	function share({ pids, cpuS }: Usage): void {
		const now = performance.now();
		let used = 0;
		for (const [pid, seconds] of cpuS) used += seconds - (before.get(pid) ?? 0);
		credit = Math.min(burstS, credit + ((now - at) / 1_000) * limits.cpus) - used;
		before = cpuS;
		at = now;
		if (credit < 0) signal(pids, "SIGSTOP");
		else if (paused) signal(pids, "SIGCONT");
		paused = credit < 0;
	}

	return () => {
		cancel();
		const pid = deps.pid();
		if (paused && pid !== undefined) signal(usageOf(pid).pids, "SIGCONT");
	};
}

/** What a process and all below it use now; those that end meanwhile are left out. */
function usageOf(root: number): Usage {
	const usage: Usage = { pids: [], memoryMb: 0, cpuS: new Map() };
	const waiting = [root];
	for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
		try {
			const status = readFileSync(`/proc/${pid}/status`, "utf8");
			// What is its own: the runtime's program file is shared by every server.
			for (const [, kb] of status.matchAll(/^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm)) {
				usage.memoryMb += Number(kb) / 1024;
			}
			const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
			// Fields from the third on (proc(5)); the second is a name that may hold anything. 14 and 15 are user and system time.
			const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
			usage.cpuS.set(pid, (Number(fields[11]) + Number(fields[12])) / ticksPerSecond);
			usage.pids.push(pid);
			for (const thread of readdirSync(`/proc/${pid}/task`)) {
				const children = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8");
				waiting.push(...children.split(" ").filter(Boolean).map(Number));
			}
		} catch {
			// It ended while it was looked at.
		}
	}
	return usage;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
	for (const pid of pids) {
		try {
			process.kill(pid, name);
		} catch {
			// It has ended.
		}
	}
}

import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** What a process and all below it use at one moment. */
export interface Usage {
	pids: number[];
	/** Memory in MiB, what they share counted for each of them. */
	mostMb: number;
	/** Processor time in seconds, by process. */
	cpuS: Map<number, number>;
	/** The same with that of processes that have ended, as far as somebody waited for them. */
	allCpuS: number;
}

/** Unit of processor times in /proc: 100 a second on every Linux (`sysconf(_SC_CLK_TCK)`). */
const ticksPerSecond = 100;
const kbPerMb = 1_024;

/** Lines of /proc/PID/status that make up what a process has for itself. */
const ownMemory = /^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm;

/** What a process and all below it use now; those that end meanwhile are left out. */
export function usageOf(root: number): Usage {
	const usage: Usage = { pids: [], mostMb: 0, cpuS: new Map(), allCpuS: 0 };
	const waiting = [root];
	for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
		try {
			// What is its own: the runtime's program file is shared by every server.
			const status = readFileSync(`/proc/${pid}/status`, "utf8");
			usage.mostMb += sumOf(status, ownMemory) / kbPerMb;
			const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
			// Fields from the third on (proc(5)); the second is a name that may hold anything. 14 and 15 are user and system
			// time, 16 and 17 those of children it waited for.
			const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
			const [user = 0, system = 0, userBelow = 0, systemBelow = 0] = fields.slice(11, 15).map(Number);
			usage.cpuS.set(pid, (user + system) / ticksPerSecond);
			usage.allCpuS += (user + system + userBelow + systemBelow) / ticksPerSecond;
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

/**
 * Memory of processes in MiB, what several share counted once (proportional set size): a forked process shares its
 * parent's pages until one of them writes. The kernel walks their page tables for it, up to 20 ms a GB, so it is asked
 * only where {@link Usage.mostMb} is too much, and not on the event loop. A process that can't be asked counts as `mostMb`
 * counts it.
 */
export async function sharedOnceMb(pids: readonly number[]): Promise<number> {
	let kb = 0;
	for (const pid of pids) {
		const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
		kb += /^Pss_Anon:/m.test(rollup)
			? sumOf(rollup, /^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB$/gm)
			: sumOf(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""), ownMemory);
	}
	return kb / kbPerMb;
}

function sumOf(text: string, numbers: RegExp): number {
	let sum = 0;
	for (const [, number] of text.matchAll(numbers)) sum += Number(number);
	return sum;
}

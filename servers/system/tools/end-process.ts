import { AiosError } from "../../../core/contract/index.ts";
import type { ProcessInfo } from "../adapters/index.ts";

/** Throws `forbidden` for AIOS itself and for what it runs in: its starter, its terminal. Those end it with them. */
export function refuseOwn({ pid, name }: { pid: number; name: string }, processes: readonly ProcessInfo[]): void {
	const parents = new Map(processes.map((process) => [process.pid, process.parent]));
	const own = new Set<number>();
	for (let at: number | undefined = process.pid; at !== undefined && !own.has(at); at = parents.get(at)) own.add(at);
	if (!own.has(pid)) return;
	throw new AiosError("forbidden", `${name} is AIOS itself, or what it runs in.`, {
		fix: "Stop AIOS with Ctrl-C where it was started.",
	});
}

/**
 * Ends a process: asks it, or with `force` takes it down at once. Throws `forbidden` for another person's and
 * `not_found` where it has just ended.
 */
export function endProcess({ pid, name }: { pid: number; name: string }, force: boolean): void {
	try {
		process.kill(pid, force ? "SIGKILL" : "SIGTERM");
	} catch (error) {
		const denied = error instanceof Error && "code" in error && error.code === "EPERM";
		throw new AiosError(
			denied ? "forbidden" : "not_found",
			denied ? `${name} belongs to another user.` : `${name} has just ended.`,
			{ cause: error, ...(denied ? { fix: "Its user or an administrator can end it." } : {}) },
		);
	}
}

/** Waits up to `ms` for a process to be gone, and says whether it is. */
export async function isGone(pid: number, ms: number, signal: AbortSignal): Promise<boolean> {
	for (const until = performance.now() + ms; performance.now() < until && !signal.aborted; ) {
		try {
			process.kill(pid, 0);
		} catch {
			return true;
		}
		if (await isEnded(pid)) return true;
		await Bun.sleep(50);
	}
	return false;
}

/** A process that has ended, though whoever started it has not asked what came of it: Linux keeps its entry until then. */
async function isEnded(pid: number): Promise<boolean> {
	if (process.platform !== "linux") return false;
	const stat = await Bun.file(`/proc/${pid}/stat`)
		.text()
		.catch(() => "");
	return /\) [ZX] [^)]*$/.test(stat);
}

import { AiosError } from "../../../core/contract/index.ts";

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
			{ cause: error },
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
		await Bun.sleep(50);
	}
	return false;
}

import { type AiosError, type Clock, type Principal, scrub } from "../contract/index.ts";
import type { DirectCall } from "../ipc/index.ts";
import type { AuditRow } from "../store/index.ts";

export interface AuditEntry {
	action: string;
	target: string;
	outcome: "done" | "failed" | "denied";
	/** Network address it came from. */
	origin: string;
	code?: string;
	/** SHA-256 of the arguments. */
	digest?: string;
	user?: Pick<Principal, "id" | "name" | "credential">;
}

interface AuditDeps {
	/** Keeps a row: on disk when it returns, or else why not. */
	keepAudit(row: Omit<AuditRow, "id">): AiosError | undefined;
	clock: Clock;
}

/** Puts a call that came to a server's own port into the audit log; see ipc's `DirectCall`. Throws where it can't. */
export function auditDirect(deps: AuditDeps): (call: DirectCall) => void {
	const write = createAuditLog(deps);
	return ({ server, tool, code, ...about }) => {
		const error = write({
			...about,
			action: "tool.call",
			target: `${server}:${tool}`,
			origin: "direct",
			outcome: code === undefined ? "done" : code === "forbidden" ? "denied" : "failed",
			code,
		});
		if (error !== undefined) throw error;
	};
}

/**
 * Writes what happened at the doors: sign-ins, and changes to people, roles, keys and servers. A change that is made is
 * not taken back because it can't be noted: the row then waits for room, and the status says so.
 */
export function createAuditLog({ keepAudit, clock }: AuditDeps): (entry: AuditEntry) => AiosError | undefined {
	return ({ action, target, outcome, origin, code, digest, user }) =>
		keepAudit({
			at: clock.now().getTime(),
			userId: user?.id ?? null,
			userName: user?.name ?? null,
			credential: user?.credential ?? null,
			origin,
			action,
			target: scrub(target).slice(0, 200),
			digest: digest ?? null,
			outcome,
			code: code ?? null,
			turn: null,
		});
}

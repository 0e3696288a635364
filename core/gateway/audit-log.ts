import { type Clock, type Principal, scrub } from "../contract/index.ts";
import type { DirectCall } from "../ipc/index.ts";
import { audit, type Store } from "../store/index.ts";

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

/** Puts a call that came to a server's own port into the audit log; see ipc's `DirectCall`. */
export function auditDirect(deps: Parameters<typeof createAuditLog>[0]): (call: DirectCall) => void {
	const write = createAuditLog(deps);
	return ({ server, tool, code, ...about }) =>
		write({
			...about,
			action: "tool.call",
			target: `${server}:${tool}`,
			origin: "direct",
			outcome: code === undefined ? "done" : code === "forbidden" ? "denied" : "failed",
			code,
		});
}

/** Writes what happened at the doors: sign-ins, and changes to people, roles, keys and servers. */
export function createAuditLog({ store, clock }: { store: Store; clock: Clock }): (entry: AuditEntry) => void {
	const rows = audit(store);
	return ({ action, target, outcome, origin, code, digest, user }) =>
		rows.add({
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
		});
}

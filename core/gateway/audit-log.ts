import { type Clock, type Principal, scrub } from "../contract/index.ts";
import { audit, type Store } from "../store/index.ts";

export interface AuditEntry {
	action: string;
	target: string;
	outcome: "done" | "failed" | "denied";
	/** Network address it came from. */
	origin: string;
	code?: string;
	user?: Pick<Principal, "id" | "name" | "credential">;
}

/** Writes what happened at the doors: sign-ins, and changes to people, roles, keys and servers. */
export function createAuditLog({ store, clock }: { store: Store; clock: Clock }): (entry: AuditEntry) => void {
	const rows = audit(store);
	return ({ action, target, outcome, origin, code, user }) =>
		rows.add({
			at: clock.now().getTime(),
			userId: user?.id ?? null,
			userName: user?.name ?? null,
			credential: user?.credential ?? null,
			origin,
			action,
			target: scrub(target).slice(0, 200),
			outcome,
			code: code ?? null,
		});
}

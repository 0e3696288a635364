import { type AuditRow, audit } from "./audit.ts";
import type { Store } from "./open.ts";
import { type NewTurn, turns } from "./turns.ts";

/** Turns with what the audit log says of them. Every change is on disk when the call returns. */
export function history(store: Store) {
	const { add } = turns(store);
	const { addAll } = audit(store);
	return {
		/** Adds many in one transaction, so with one wait for the disk, in their order. */
		add(rows: readonly { turn: NewTurn; audit?: Omit<AuditRow, "id"> }[]): void {
			store.db.transaction(() => {
				add(rows.map(({ turn }) => turn));
				addAll(rows.flatMap(({ audit: row }) => (row === undefined ? [] : [row])));
			});
		},
	};
}

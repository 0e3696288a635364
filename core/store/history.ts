import { type AuditRow, audit } from "./audit.ts";
import { prepareInsert } from "./insert.ts";
import type { Store } from "./open.ts";
import { turnsTable } from "./schema/turns.ts";
import type { NewTurn } from "./turns.ts";

/** Turns with what the audit log says of them. Every change is on disk when the call returns. */
export function history(store: Store) {
	const addTurns = prepareInsert(store, turnsTable, "seq");
	const { addAll } = audit(store);
	return {
		/** Adds many in one transaction, so with one wait for the disk, in their order. */
		add(rows: readonly { turn: NewTurn; audit?: Omit<AuditRow, "id"> }[]): void {
			store.db.transaction(() => {
				addTurns(rows.map(({ turn }) => turn));
				addAll(rows.flatMap(({ audit: row }) => (row === undefined ? [] : [row])));
			});
		},
	};
}

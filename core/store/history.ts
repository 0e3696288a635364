import { type AuditRow, audit } from "./audit.ts";
import { prepareInsert } from "./insert.ts";
import type { Store } from "./open.ts";
import { turnsTable } from "./schema/turns.ts";
import type { NewTurn } from "./turns.ts";

type Rows = readonly { turn?: NewTurn; audit?: Omit<AuditRow, "id"> }[];

/** Turns with what the audit log says of them; what happened at the doors is in the audit log alone. */
export function history(store: Store) {
	const addTurns = prepareInsert(store, turnsTable, "seq");
	const { addAll } = audit(store);
	function add(rows: Rows): void {
		store.db.transaction(() => {
			addTurns(rows.flatMap(({ turn }) => (turn === undefined ? [] : [turn])));
			addAll(rows.flatMap(({ audit: row }) => (row === undefined ? [] : [row])));
		});
	}
	return {
		/** Adds many in one transaction, so with one wait for the disk, in their order. They are on it when the call returns. */
		add,
		/** The same without that wait: they are on disk when it resolves. Throws at once where they can't be added. */
		addSoon: (rows: Rows): Promise<void> => store.syncLater(() => add(rows)),
	};
}

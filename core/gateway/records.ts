import type { Clock, Logger, Reply } from "../contract/index.ts";
import { createJournal, createRecorder, type Recorder } from "../orchestrator/index.ts";
import { audit, confirmations, history, type Store, turns } from "../store/index.ts";

const dayMs = 86_400_000;
/** How long the past is kept. */
const historyMs = 365 * dayMs;
const auditMs = 730 * dayMs;

export interface Records {
	recorder: Recorder;
	/** Writes what is waiting. */
	flush(): void;
}

/** Opens history and audit log, forgetting what is too old. `onTurn` watches every turn. */
export function openRecords(deps: { store: Store; clock: Clock; log: Logger; onTurn(reply: Reply): void }): Records {
	const { store, clock, log } = deps;
	const now = clock.now().getTime();
	turns(store).prune(now - historyMs);
	audit(store).prune(now - auditMs);
	confirmations(store).prune(now - dayMs);
	const journal = createJournal({ write: history(store).add, clock, log });
	const recorder = createRecorder({ journal, clock });
	return {
		recorder: {
			record(turn) {
				deps.onTurn(turn.reply);
				return recorder.record(turn);
			},
		},
		flush: journal.flush,
	};
}

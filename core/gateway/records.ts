import { randomUUID } from "node:crypto";
import type { Config } from "../config/index.ts";
import type { AiosError, Announcement, Clock, Logger, Reply, Requirement } from "../contract/index.ts";
import { createJournal, createRecorder, type Recorder, type Trouble, type Written } from "../orchestrator/index.ts";
import { type AuditRow, audit, confirmations, history, type Store, turns } from "../store/index.ts";
import { archiveAudit } from "./audit-archive.ts";

const dayMs = 86_400_000;
/** How often what is too old, or too much, is put away. */
const tidyEveryMs = 3_600_000;

export interface Records {
	recorder: Recorder;
	/** Keeps a row of the audit log that belongs to no turn: on disk when it returns, or else why not. */
	keepAudit(row: Omit<AuditRow, "id">): AiosError | undefined;
	/** Keeps what was said to one person of the assistant's own accord (long work is done, a timer is due) in their history. */
	announced(announcement: Announcement): void;
	/** Writes what is waiting. */
	flush(): void;
	/** What keeps history and audit log from being written, as the status shows it; nothing while all is well. */
	missing(): Requirement[];
	/** Puts away what is too old or too much, now; it happens by itself at the start and every hour. */
	tidy(): Promise<void>;
	close(): void;
}

/**
 * Opens history and audit log. Turns are forgotten after their days; audit rows go to files in `archive` after theirs, or
 * where there are more than are kept. `onTurn` watches every turn.
 */
export function openRecords(deps: {
	store: Store;
	settings: Config["records"];
	/** Folder of the audit log's archives. */
	archive: string;
	clock: Clock;
	log: Logger;
	onTurn(reply: Reply): void;
}): Records {
	const { store, settings, clock, log } = deps;
	const journal = createJournal({ ...history(store), clock, log });
	const recorder = createRecorder({ journal, clock });
	let tidying: Promise<void> | undefined;
	let cancel: (() => void) | undefined;
	let closed = false;

	async function putAway(): Promise<void> {
		const now = clock.now();
		const since = (days: number) => now.getTime() - days * dayMs;
		try {
			turns(store).prune(since(settings.historyDays));
			confirmations(store).prune(since(1));
			const before = since(settings.auditDays);
			const rows = audit(store);
			const done = await archiveAudit({ rows, dir: deps.archive, before, keep: settings.auditEntries, now });
			if (done !== undefined) log.info("audit rows were archived", { ...done });
		} catch (error) {
			log.error("old records could not be put away", { error: String(error) });
		}
	}

	function tidy(): Promise<void> {
		tidying ??= putAway().finally(() => {
			tidying = undefined;
			cancel?.();
			if (!closed) cancel = clock.after(tidyEveryMs, tidy);
		});
		return tidying;
	}

	// After the start, which has more pressing things to do.
	cancel = clock.after(0, tidy);
	return {
		recorder: {
			record(turn) {
				deps.onTurn(turn.reply);
				return recorder.record(turn);
			},
		},
		keepAudit: (row) => journal.put({ audit: row }),
		announced({ text, userId }) {
			if (userId !== undefined) journal.put({ turn: spokenTurn(text, userId, clock.now()) });
		},
		flush: journal.flush,
		missing() {
			const trouble = journal.trouble();
			return trouble === undefined ? [] : [unwritable(trouble)];
		},
		tidy,
		close() {
			closed = true;
			cancel?.();
		},
	};
}

/** A turn that nobody asked for now; it belongs to no conversation. */
function spokenTurn(reply: string, userId: string, at: Date): NonNullable<Written["turn"]> {
	return {
		id: randomUUID(),
		at: at.getTime(),
		userId,
		session: "announcements",
		source: "direct",
		text: null,
		server: null,
		tool: null,
		arguments: null,
		status: "done",
		reply,
		errorCode: null,
		confidence: null,
		timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 },
	};
}

function unwritable({ since, error }: Trouble): Requirement {
	return {
		name: "history",
		ok: false,
		detail: `Since ${since.toISOString()} what is done can't be written into the history and the audit log: ${error.message}`,
		...(error.fix === undefined ? {} : { fix: error.fix }),
	};
}

import type { AiosError, CatalogueTool, Clock, CommandOptions, Principal, Reply } from "../contract/index.ts";
import { digest } from "../text/index.ts";
import type { Journal } from "./journal.ts";
import { redact, redactFields, redactText } from "./redact.ts";

/** What a turn came to, besides its Reply. */
export interface TurnOutcome {
	tool?: CatalogueTool;
	arguments?: Record<string, unknown>;
	confidence?: number;
	timings: Reply["timings"];
}

/** A row of the history. */
export interface TurnRecord {
	id: string;
	at: number;
	userId: string;
	session: string;
	source: CommandOptions["source"];
	text: string | null;
	server: string | null;
	tool: string | null;
	arguments: Record<string, unknown> | null;
	status: Reply["status"];
	reply: string;
	errorCode: string | null;
	confidence: number | null;
	timings: Reply["timings"];
}

/** A row of the audit log. */
export interface AuditRecord {
	at: number;
	userId: string | null;
	userName: string | null;
	credential: string | null;
	origin: string;
	action: string;
	target: string;
	digest: string | null;
	outcome: "done" | "failed" | "denied" | "asked";
	code: string | null;
	turn: string | null;
}

/** What is written down of one turn, together or not at all; what happened at the doors has no turn. */
export interface Written {
	turn?: TurnRecord;
	/** Where it acted or was refused. */
	audit?: AuditRecord;
}

export interface FinishedTurn {
	user: Principal;
	session: string;
	source: CommandOptions["source"];
	/** See CommandOptions.origin. */
	origin?: string;
	text?: string;
	outcome: TurnOutcome;
	reply: Reply;
}

export interface Recorder {
	/**
	 * Keeps a turn in the history and, where it acted or was refused, in the audit log. Resolves when it may be acknowledged;
	 * with why, where it acted and could not be written down.
	 */
	record(turn: FinishedTurn): Promise<AiosError | undefined>;
}

/** Writes turns down. What acted is on disk before it is acknowledged; what only read follows within a moment. */
export function createRecorder({
	journal,
	clock,
}: {
	journal: Pick<Journal<Written>, "keep" | "note">;
	clock: Clock;
}): Recorder {
	return {
		record(turn) {
			const at = clock.now().getTime();
			const row = turnRow(turn, at);
			const refused = turn.reply.error?.code === "forbidden";
			const acted = turn.outcome.tool !== undefined && turn.outcome.tool.effect !== "read";
			return acted || refused ? journal.keep({ turn: row, audit: auditRow(turn, at) }) : journal.note({ turn: row });
		},
	};
}

function turnRow({ user, session, source, text, outcome, reply }: FinishedTurn, at: number): TurnRecord {
	return {
		id: reply.turn,
		at,
		userId: user.id,
		session,
		source,
		text: text === undefined ? null : redactText(text, outcome.arguments),
		server: outcome.tool?.server ?? null,
		tool: outcome.tool?.name ?? null,
		arguments: outcome.arguments === undefined ? null : redactFields(outcome.arguments),
		status: reply.status,
		reply: String(redact(redactText(reply.reply, outcome.arguments))),
		errorCode: reply.error?.code ?? null,
		confidence: outcome.confidence ?? null,
		timings: reply.timings,
	};
}

const outcomes = { done: "done", confirm: "asked", ask: "asked", failed: "failed", unknown: "failed" } as const;

function auditRow({ user, source, origin = source, outcome, reply }: FinishedTurn, at: number): AuditRecord {
	const code = reply.error?.code ?? null;
	return {
		at,
		userId: user.id,
		userName: user.name,
		credential: user.credential ?? null,
		origin,
		action: "tool.call",
		target: outcome.tool === undefined ? "" : `${outcome.tool.server}:${outcome.tool.name}`,
		digest: outcome.arguments === undefined ? null : digest(outcome.arguments),
		outcome: code === "forbidden" ? "denied" : outcomes[reply.status],
		code,
		turn: reply.turn,
	};
}

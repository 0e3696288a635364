import type { Reply, ServerEvent } from "../../../core/contract/index.ts";

/** One exchange as the page knows it: what was said, what it was understood as, and what came of it. */
export interface Turn {
	/** The server's name for it, or `local-…` until the server has named it. */
	id: string;
	source: "voice" | "text" | "confirmation" | "assistant" | "announcement" | "history";
	/** Words so far; `heard` tells whether they are final. */
	said: string;
	heard: boolean;
	/** Epoch milliseconds. */
	at: number;
	intent?: Pick<ServerEvent<"intent">, "server" | "tool" | "arguments" | "confidence">;
	progress?: Omit<ServerEvent<"command:progress">, "turn">;
	reply?: Reply;
	metrics?: ServerEvent<"turn:metrics">;
	/** The turn ended without an answer. `resend` where nothing tells whether it was carried out. */
	failure?: { message: string; fix?: string; resend?: boolean };
	/** What became of the confirmation this turn asked for. */
	decision?: "approved" | "cancelled" | "sending";
}

/** Turns kept on the page; older ones are in the history. */
const keptTurns = 1_000;

export type TurnAction =
	| { type: "typed"; id: string; text: string; at: number }
	| { type: "answered"; id: string; reply: Reply }
	| { type: "unanswered"; id: string; failure: NonNullable<Turn["failure"]> }
	| { type: "deciding"; confirmation: string; approve: boolean; id: string; at: number }
	| { type: "decided"; confirmation: string; approve: boolean; id: string; reply: Reply }
	| { type: "undecided"; confirmation: string; id: string }
	| { type: "history"; turns: Turn[]; older: number | undefined }
	| { type: "announced"; id: string; text: string; kind: ServerEvent<"announcement">["kind"]; at: number }
	| { type: "event"; event: TurnEvent; at: number };

export type TurnEvent = {
	[Name in TurnEventName]: { name: Name; payload: ServerEvent<Name> };
}[TurnEventName];

type TurnEventName =
	| "transcript:partial"
	| "transcript:final"
	| "intent"
	| "command:progress"
	| "reply"
	| "turn:metrics"
	| "error";

/** The conversation after an action, oldest turn first. Pure. */
export function reduceTurns(turns: readonly Turn[], action: TurnAction): readonly Turn[] {
	switch (action.type) {
		case "typed":
			return keep([...turns, { id: action.id, source: "text", said: action.text, heard: true, at: action.at }]);
		case "answered":
			return answered(turns, action.id, action.reply);
		case "unanswered":
			return change(turns, action.id, (turn) =>
				turn.reply === undefined ? { ...turn, failure: action.failure } : turn,
			);
		case "deciding":
			return keep([
				...changeConfirmation(turns, action.confirmation, "sending"),
				{
					id: action.id,
					source: "confirmation",
					said: action.approve ? "Approved" : "Cancelled",
					heard: true,
					at: action.at,
				},
			]);
		case "decided": {
			const decided = changeConfirmation(turns, action.confirmation, action.approve ? "approved" : "cancelled");
			return answered(decided, action.id, action.reply);
		}
		case "undecided":
			return changeConfirmation(turns, action.confirmation, undefined).filter(({ id }) => id !== action.id);
		case "history": {
			const known = new Set(turns.map(({ id }) => id));
			return keep([...action.turns.filter(({ id }) => !known.has(id)), ...turns]);
		}
		case "announced": {
			const timings = { understand_ms: 0, dispatch_ms: 0, total_ms: 0 };
			const reply: Reply = { turn: action.id, status: "done", reply: action.text, timings };
			return keep([...turns, { id: action.id, source: "announcement", said: "", heard: true, at: action.at, reply }]);
		}
		case "event":
			return applyEvent(turns, action.event, action.at);
	}
}

/** The exchange of now: the last one that was had on this page. What the assistant says unasked takes its place from none. */
export function newestTurn(turns: readonly Turn[]): Turn | undefined {
	return turns.findLast(({ source }) => source !== "history" && source !== "announcement");
}

function applyEvent(turns: readonly Turn[], event: TurnEvent, at: number): readonly Turn[] {
	const id = event.payload.turn;
	if (id === undefined) return turns;
	if (event.name === "transcript:final" && event.payload.text === "") return turns.filter((turn) => turn.id !== id);
	const { turns: known, index } = locate(withoutUnheard(turns, id), id, event.name, at);
	return known.map((turn, i) => (i === index ? applyToTurn(turn, event) : turn)).map(settleAgainst(event));
}

function applyToTurn(turn: Turn, event: TurnEvent): Turn {
	switch (event.name) {
		case "transcript:partial":
			return turn.heard ? turn : { ...turn, said: event.payload.text };
		case "transcript:final":
			return { ...turn, said: event.payload.text, heard: true };
		case "intent":
			return { ...turn, intent: event.payload };
		case "command:progress":
			return { ...turn, progress: event.payload };
		case "reply":
			return withReply(turn, event.payload);
		case "turn:metrics":
			return { ...turn, metrics: event.payload };
		case "error":
			return { ...turn, heard: true, failure: { message: event.payload.message, fix: event.payload.fix } };
	}
}

/**
 * Finds the turn an event is about. The server names a typed turn only in what it sends about it, so the first
 * event about an unknown turn that was not spoken belongs to the oldest typed one still without a name.
 */
function locate(
	turns: readonly Turn[],
	id: string,
	event: TurnEventName,
	at: number,
): { turns: Turn[]; index: number } {
	const found = turns.findIndex((turn) => turn.id === id);
	if (found !== -1) return { turns: [...turns], index: found };
	const spoken = event.startsWith("transcript:");
	const unnamed = spoken ? -1 : turns.findIndex((turn) => isUnnamed(turn) && turn.failure === undefined);
	if (unnamed !== -1)
		return { turns: turns.map((turn, i) => (i === unnamed ? { ...turn, id } : turn)), index: unnamed };
	const source = spoken ? "voice" : "assistant";
	const added = keep([...turns, { id, source, said: "", heard: !spoken, at }]);
	return { turns: added, index: added.length - 1 };
}

function answered(turns: readonly Turn[], id: string, reply: Reply): readonly Turn[] {
	const settle = settleAgainst({ name: "reply", payload: reply });
	const asked = turns.find((turn) => turn.id === id);
	const named = turns.find((turn) => turn.id === reply.turn);
	if (asked === undefined || asked === named) {
		return turns.map((turn) => (turn === named ? withReply(turn, reply) : turn)).map(settle);
	}
	const words = asked.source === "confirmation" && named !== undefined ? named : asked;
	const merged = withReply({ ...named, ...words, intent: asked.intent ?? named?.intent, id: reply.turn }, reply);
	return turns
		.filter((turn) => turn !== named)
		.map((turn) => (turn === asked ? merged : turn))
		.map(settle);
}

function withReply(turn: Turn, reply: Reply): Turn {
	return {
		...turn,
		reply,
		heard: true,
		said: turn.said === "" ? (reply.transcript ?? "") : turn.said,
		failure: undefined,
		progress: undefined,
	};
}

/** Closes the confirmation that a later reply shows to have been answered aloud: the same call, done or failed. */
function settleAgainst(event: TurnEvent): (turn: Turn) => Turn {
	if (event.name !== "reply") return (turn) => turn;
	const reply = event.payload;
	return (turn) => {
		const asked = turn.reply;
		if (asked?.status !== "confirm" || asked.turn === reply.turn || turn.decision !== undefined) return turn;
		const sameCall = asked.tool === reply.tool && asked.server === reply.server;
		if (!sameCall || (reply.status !== "done" && reply.status !== "failed")) return turn;
		return { ...turn, decision: reply.error?.code === "cancelled" ? "cancelled" : "approved" };
	};
}

function changeConfirmation(turns: readonly Turn[], id: string, decision: Turn["decision"]): Turn[] {
	return turns.map((turn) => (turn.reply?.confirmation?.id === id ? { ...turn, decision } : turn));
}

function change(turns: readonly Turn[], id: string, by: (turn: Turn) => Turn): readonly Turn[] {
	return turns.map((turn) => (turn.id === id ? by(turn) : turn));
}

/** Words that never became final were not meant for the assistant; the next words take their place. */
function withoutUnheard(turns: readonly Turn[], except: string): readonly Turn[] {
	return turns.filter((turn) => turn.heard || turn.id === except);
}

function isUnnamed(turn: Turn): boolean {
	return turn.id.startsWith("local-") && turn.reply === undefined;
}

function keep(turns: Turn[]): Turn[] {
	return turns.slice(-keptTurns);
}

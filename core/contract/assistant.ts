import type { Principal } from "./principal.ts";
import type { Reply } from "./reply.ts";
import type { Attachment, Progress } from "./tool.ts";

/** One call of one tool. Without `server` the name must be unique. */
export interface ToolCall {
	server?: string;
	tool: string;
	arguments: Record<string, unknown>;
	/** Only turns the arguments into what they stand for (Tool.resolve) and gives those as the output; nothing is done. */
	resolve?: boolean;
}

/** What a server asks the person in the middle of a call (MCP elicitation), as a form. */
export interface Elicitation {
	message: string;
	/** JSON Schema of the form: an object of plain values. */
	schema: Record<string, unknown>;
}

export interface ElicitationAnswer {
	action: "accept" | "decline" | "cancel";
	content?: Record<string, string | number | boolean | string[]>;
}

export interface CallContext {
	user: Principal;
	session: string;
	signal: AbortSignal;
	progress?(update: Progress): void;
	/** Asks the person; absent where nobody can be asked. */
	elicit?(question: Elicitation): Promise<ElicitationAnswer>;
	/** Id of the turn the call belongs to, for logs. */
	turn?: string;
	/** It was asked for in words, spoken or typed: a person waits for the answer. */
	words?: boolean;
	/** W3C trace context of the turn. */
	traceparent?: string;
	/** See ToolCall.resolve. */
	resolve?: boolean;
}

export interface CallResult {
	server: string;
	tool: string;
	/** The tool's output, valid against its output schema. */
	output: Record<string, unknown>;
	/** The sentence to speak. */
	say: string;
	attachments: Attachment[];
}

/** Carries a call to a replica of the server that has the tool, with its deadline. Throws AiosError. */
export interface Dispatcher {
	call(call: ToolCall, context: CallContext): Promise<CallResult>;
}

export interface CommandOptions {
	user: Principal;
	session: string;
	signal: AbortSignal;
	/** Where the words come from; policy treats a direct call as already exact. */
	source: "voice" | "text" | "direct";
	/** From where, for the audit log; `source` by default. */
	origin?: string;
	/** Given by the voice loop, which names the turn when speech begins. */
	turn?: string;
	elicit?: CallContext["elicit"];
	/** W3C trace context of what the command is a part of. */
	traceparent?: string;
	onIntent?(intent: { server: string; tool: string; arguments: Record<string, unknown>; confidence: number }): void;
	progress?(update: Progress): void;
}

/** Words or a call in, Reply out: understanding, policy, dispatch, history. Never throws: a failure is a Reply. */
export interface Assistant {
	command(input: { text: string } | ToolCall, options: CommandOptions): Promise<Reply>;
	confirm(id: string, approve: boolean, options: Omit<CommandOptions, "source">): Promise<Reply>;
	/**
	 * What these words would be, were they all: a call (or the answer to a question that waits), a question back, or
	 * nothing known. Changes nothing. The voice loop waits longer before it takes words that mean nothing for a whole.
	 */
	foresee?(text: string, options: Pick<CommandOptions, "user" | "session">): Promise<Foresight>;
}

export type Foresight = "call" | "ask" | "unknown";

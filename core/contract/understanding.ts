import type { RawBody, Voice } from "./tool.ts";

/** A tool as the catalogue knows it: plain data, the same for built-in and registered servers. */
export interface CatalogueTool {
	server: string;
	name: string;
	title: string;
	description: string;
	effect: "read" | "write" | "destructive" | "outbound";
	role: string;
	idempotent: boolean;
	/** Whether its results carry strangers' words; see Tool.outside. Every tool of a registered server's do. */
	outside?: boolean;
	/** Whether it is never asked about; see Tool.harmless. No registered server's tool is. */
	harmless?: boolean;
	/** Whether one person's calls of it go to the same copy of its server; see Tool.stateful. Known of our own only. */
	stateful?: boolean;
	/** MCP's openWorldHint of a registered server's tool. */
	openWorld?: boolean;
	/** JSON Schema; fields may carry `x-slot` (see slot.ts). */
	input: JsonSchema;
	output: JsonSchema;
	voice?: { en: Voice };
	timeoutMs: number;
	/** Whether its names are turned into addresses before a call is confirmed; see Tool.resolve. */
	resolves?: boolean;
	/** A body `POST /TOOL` takes instead of JSON; see Tool.body. */
	body?: RawBody;
}

export type JsonSchema = { [key: string]: unknown };

/** What a sentence was understood as. */
export type Understanding =
	| { kind: "call"; server: string; tool: string; arguments: Record<string, unknown>; confidence: number }
	| {
			kind: "ask";
			server: string;
			tool: string;
			/** What is known so far. */
			arguments: Record<string, unknown>;
			slot: string;
			question: string;
			/** What the question offers, in its order, so that "the second one" answers it. */
			choices?: readonly string[];
			confidence: number;
	  }
	| { kind: "unknown" };

/** The call a conversation made last, or that waits for a yes in it. */
export interface PreviousCall {
	server: string;
	tool: string;
	arguments: Record<string, unknown>;
}

/** Turns words into a call. Stateless: a pending question and the call before come in as data. */
export interface Understander {
	/** Takes the tools that can be said; called again whenever the catalogue changes. */
	load(tools: readonly CatalogueTool[]): void;
	/**
	 * `pending` is the question whose answer `text` may be: a value completes it, another command replaces it.
	 * `previous` is what words that mean nothing by themselves may go on from: "and in Berlin". `now` anchors "tomorrow at
	 * eight".
	 */
	understand(
		text: string,
		context: {
			now: Date;
			pending?: Extract<Understanding, { kind: "ask" }>;
			previous?: PreviousCall;
			/** What fields that carry on are, by server, where the words don't say it; see {@link carriedKeyword}. */
			carried?: (server: string) => Record<string, unknown>;
			signal?: AbortSignal;
		},
	): Promise<Understanding>;
}

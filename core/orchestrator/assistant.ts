import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
	AiosError,
	type Assistant,
	type CallResult,
	type CatalogueTool,
	type Clock,
	type CommandOptions,
	type Dispatcher,
	type Logger,
	type Reply,
	type Span,
	type ToolCall,
	type Tracer,
	traced,
	type Understander,
	type Understanding,
	unwritten,
	type Warning,
} from "../contract/index.ts";
import { printable } from "../text/index.ts";
import { yesOrNo } from "./answers.ts";
import { type CatalogueIndex, indexCatalogue } from "./catalogue-index.ts";
import type { Confirmations } from "./confirmations.ts";
import type { Policy, PolicyQuestion } from "./policy.ts";
import type { Recorder, TurnOutcome } from "./recorder.ts";
import { type Conversations, conversationKey } from "./sessions.ts";
import { commandSpan, endCommand, tracedDecision } from "./trace.ts";

export interface AssistantDeps {
	dispatcher: Dispatcher;
	catalogue(): CatalogueTool[];
	/** Calls back whenever the catalogue may have changed. */
	onChange(listener: () => void): unknown;
	understander: Understander;
	policy: Policy;
	confirmations: Confirmations;
	recorder: Recorder;
	/** What is remembered between two commands of a conversation. */
	conversations: Conversations;
	/** The sentence read back before a call is made, for these exact arguments. */
	summarise(tool: CatalogueTool, input: Record<string, unknown>): Promise<string>;
	clock: Clock;
	log: Logger;
	tracer?: Tracer;
}

/** One turn on its way. */
interface Turn extends CommandOptions {
	turn: string;
	key: string;
	started: number;
	/** What was said; absent for a direct call. */
	text?: string;
	outcome: TurnOutcome;
	span?: Span;
}

type Stage = Pick<Reply, "status" | "reply"> & Partial<Reply>;

const nothingServes = "I don't know how to do that. Say help to hear what I can do.";
const nothingAsked = "Nothing is waiting for a yes.";
const nothingToStop = "There is nothing to stop.";
const declined = "Okay, I won't.";

/** The way of a command: understanding, policy, dispatch, history. */
export function createAssistant(deps: AssistantDeps): Assistant {
	const { conversations } = deps;
	let index: CatalogueIndex | undefined;
	deps.onChange(() => {
		index = undefined;
	});
	const find = (name: string, server?: string) => {
		index ??= indexCatalogue(deps.catalogue());
		return index.find(name, server);
	};

	async function fromWords(turn: Turn, text: string): Promise<Stage> {
		const waiting = conversations.takeConfirmation(turn.key);
		const answer = waiting === undefined ? undefined : yesOrNo(text);
		if (waiting !== undefined && answer !== undefined) return settle(turn, waiting, answer);

		const pending = conversations.takeQuestion(turn.key);
		if (pending !== undefined && yesOrNo(text) === false) return cancelled(declined);
		const understood = await timed(turn, "understand_ms", () => understand(turn, text, pending));
		turn.signal.throwIfAborted();
		if (understood.kind === "unknown") {
			const answer = yesOrNo(text);
			const reply = answer === undefined ? nothingServes : answer ? nothingAsked : nothingToStop;
			return { status: "unknown", reply };
		}
		turn.outcome.confidence = understood.confidence;
		if (understood.kind === "ask") return ask(turn, understood);
		const { server, tool, arguments: input, confidence } = understood;
		turn.onIntent?.({ server, tool, arguments: input, confidence });
		return { ...(await call(turn, find(tool, server), input)), confidence };
	}

	function understand(turn: Turn, text: string, pending: Extract<Understanding, { kind: "ask" }> | undefined) {
		const options = () => ({ parent: turn.span?.traceparent });
		return traced(deps.tracer, "understand", options, async (span) => {
			const previous = conversations.previous(turn.key);
			const context = { now: deps.clock.now(), pending, previous, signal: turn.signal };
			const found = await deps.understander.understand(text, context);
			span?.set({ "aios.understanding": found.kind });
			return found;
		});
	}

	const decide = ({ span }: Turn, question: PolicyQuestion) => tracedDecision(deps.tracer, span, deps.policy, question);

	function ask(turn: Turn, question: Extract<Understanding, { kind: "ask" }>): Stage {
		const { server, tool, arguments: input, slot, question: text, confidence } = question;
		const known = find(tool, server);
		turn.outcome.tool = known;
		turn.outcome.arguments = input;
		// Whoever may not do it is told so now, not after having answered.
		decide(turn, { tool: known, user: turn.user, source: turn.source, tainted: false });
		conversations.ask(turn.key, question);
		return { status: "ask", reply: text, server, tool, arguments: input, confidence, question: { slot, text } };
	}

	async function call(turn: Turn, tool: CatalogueTool, input: Record<string, unknown>): Promise<Stage> {
		turn.outcome.tool = tool;
		turn.outcome.arguments = input;
		const tainted = conversations.tainted(turn.key);
		const decision = decide(turn, { tool, user: turn.user, source: turn.source, tainted });
		try {
			// A direct call that needs no yes is exact already; words never are.
			const exact = tool.resolves !== true || (decision === "run" && turn.source === "direct");
			const meant = exact ? input : await resolve(turn, tool, input);
			return await (decision === "run" ? run : confirm)(turn, tool, meant);
		} catch (thrown) {
			const question = turn.source === "direct" ? undefined : questionIn(thrown);
			if (question === undefined) throw thrown;
			const { [question.slot]: _unclear, ...known } = input;
			const exact = { server: tool.server, tool: tool.name, arguments: known };
			return ask(turn, { kind: "ask", ...exact, ...question, confidence: turn.outcome.confidence ?? 1 });
		}
	}

	/** Names become addresses before anybody is asked, so that the yes is to the address. */
	async function resolve(turn: Turn, tool: CatalogueTool, input: Record<string, unknown>) {
		const { user, session, signal, turn: id, span } = turn;
		const call = { server: tool.server, tool: tool.name, arguments: input, resolve: true };
		const context = { user, session, signal, turn: id, traceparent: span?.traceparent };
		return (await deps.dispatcher.call(call, context)).output;
	}

	async function confirm(turn: Turn, tool: CatalogueTool, input: Record<string, unknown>): Promise<Stage> {
		turn.outcome.arguments = input;
		const summary = await deps.summarise(tool, input);
		const exact = { server: tool.server, tool: tool.name, arguments: input };
		const confirmation = deps.confirmations.ask(exact, { user: turn.user, session: turn.session, summary });
		if (turn.source !== "direct") {
			conversations.await(turn.key, confirmation);
			conversations.called(turn.key, exact);
		}
		return { status: "confirm", reply: `${asSentence(summary)} Shall I?`, ...exact, confirmation };
	}

	async function run(turn: Turn, tool: CatalogueTool, input: Record<string, unknown>): Promise<Stage> {
		const { user, session, signal, progress, elicit, turn: id, span } = turn;
		const words = turn.source !== "direct";
		const context = { user, session, signal, progress, elicit, turn: id, words, traceparent: span?.traceparent };
		const exact = { server: tool.server, tool: tool.name, arguments: input };
		const result: CallResult = await timed(turn, "dispatch_ms", () => deps.dispatcher.call(exact, context));
		if (deps.policy.taints(tool)) conversations.taint(turn.key);
		if (turn.text !== undefined) conversations.called(turn.key, exact);
		const done: Stage = {
			status: "done",
			reply: result.say,
			server: tool.server,
			tool: tool.name,
			arguments: input,
			result: result.output,
		};
		if (result.attachments.length > 0) done.attachments = result.attachments;
		return done;
	}

	async function settle(turn: Turn, id: string, approve: boolean): Promise<Stage> {
		const { call: exact } = deps.confirmations.take(id, turn.user);
		const tool = find(exact.tool, exact.server);
		turn.outcome.tool = tool;
		turn.outcome.arguments = exact.arguments;
		if (!approve) return { ...cancelled(declined), ...exact };
		// The right to it may have been taken away since it was asked.
		decide(turn, { tool, user: turn.user, source: "direct", tainted: false });
		turn.onIntent?.({ ...exact, confidence: 1 });
		return run(turn, tool, exact.arguments);
	}

	async function take(
		options: Omit<CommandOptions, "source"> & Partial<CommandOptions>,
		work: (turn: Turn) => Promise<Stage>,
		text?: string,
	) {
		const turn: Turn = {
			...options,
			source: options.source ?? "direct",
			turn: options.turn ?? randomUUID(),
			key: conversationKey(options.user.id, options.session),
			started: performance.now(),
			text,
			outcome: { timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 } },
		};
		if (deps.tracer !== undefined) turn.span = commandSpan(deps.tracer, turn);
		let stage: Stage;
		try {
			stage = await work(turn);
		} catch (thrown) {
			stage = failed(turn, thrown);
		}
		const timings = { ...turn.outcome.timings, total_ms: rounded(performance.now() - turn.started) };
		// What a tool says may be the words of strangers, down to orders for a terminal.
		const reply: Reply = { turn: turn.turn, ...stage, reply: printable(stage.reply), timings };
		if (turn.source !== "direct" && !isRepeat(reply)) {
			conversations.said(turn.key, { heard: turn.text, reply: reply.reply });
		}
		const lost = await deps.recorder.record({ ...turn, reply });
		if (lost !== undefined) warn(reply, unwritten(lost));
		if (deps.tracer !== undefined && turn.span !== undefined) endCommand(deps.tracer, turn.span, { ...turn, reply });
		return reply;
	}

	function failed(turn: Turn, thrown: unknown): Stage {
		const error = AiosError.from(thrown);
		if (error.code === "internal") {
			deps.log.error("a turn failed", {
				turn: turn.turn,
				tool: turn.outcome.tool?.name,
				error: error.message,
				stack: error.stack,
			});
		}
		const { tool, arguments: input } = turn.outcome;
		return {
			status: "failed",
			reply: error.spoken,
			...(tool === undefined ? {} : { server: tool.server, tool: tool.name }),
			...(input === undefined ? {} : { arguments: input }),
			error: { code: error.code, message: error.message, ...(error.fix === undefined ? {} : { fix: error.fix }) },
		};
	}

	return {
		command: (input, options) =>
			"text" in input
				? take(options, (turn) => fromWords(turn, input.text), input.text)
				: take(options, (turn) => direct(turn, input)),
		confirm: (id, approve, options) => take(options, (turn) => settle(turn, id, approve)),
		async foresee(text, { user, session }) {
			const key = conversationKey(user.id, session);
			const { question, confirmation } = conversations.waiting(key);
			if ((confirmation || question !== undefined) && yesOrNo(text) !== undefined) return "call";
			const context = { now: deps.clock.now(), pending: question, previous: conversations.previous(key) };
			const { kind } = await deps.understander.understand(text, context);
			return kind;
		},
	};

	function direct(turn: Turn, input: ToolCall): Promise<Stage> {
		return call(turn, find(input.tool, input.server), input.arguments);
	}
}

/** Says it aloud too, where the answer is not that very thing. */
function warn(reply: Reply, warning: Warning): void {
	reply.warning = warning;
	if (reply.error?.code !== warning.code) reply.reply = `${asSentence(reply.reply)} ${warning.message}`;
}

/** "Say that again" is answered with what was said before it, however often. */
function isRepeat({ server, tool }: Reply): boolean {
	return server === "main" && tool === "repeat";
}

const questionSchema = z.object({ ask: z.object({ slot: z.string(), question: z.string() }) });

/** The question a tool asks back where what was said fits several things, or none. */
function questionIn(thrown: unknown): { slot: string; question: string } | undefined {
	if (!(thrown instanceof AiosError)) return undefined;
	return questionSchema.safeParse(thrown.details).data?.ask;
}

function cancelled(reply: string): Stage {
	return { status: "failed", reply, error: { code: "cancelled", message: "You said no, so nothing was done." } };
}

async function timed<T>(turn: Turn, stage: "understand_ms" | "dispatch_ms", work: () => Promise<T>): Promise<T> {
	const started = performance.now();
	try {
		return await work();
	} finally {
		turn.outcome.timings[stage] = rounded(performance.now() - started);
	}
}

function rounded(ms: number): number {
	return Math.round(ms * 100) / 100;
}

function asSentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

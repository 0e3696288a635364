import { randomUUID } from "node:crypto";
import {
	AiosError,
	type Assistant,
	type CallResult,
	type CatalogueTool,
	type Clock,
	type CommandOptions,
	type Dispatcher,
	type Logger,
	type PreviousCall,
	type Reply,
	type Span,
	type ToolCall,
	type Tracer,
	traced,
	type Understander,
	type Understanding,
	unwritten,
} from "../contract/index.ts";
import { asksToWait, printable, yesOrNo } from "../text/index.ts";
import { type CatalogueIndex, indexCatalogue } from "./catalogue-index.ts";
import type { Confirmations } from "./confirmations.ts";
import { callsForWorks, carriedOf, offerSearch, type Understood } from "./going-on.ts";
import type { Policy, PolicyQuestion } from "./policy.ts";
import type { Recorder, TurnOutcome } from "./recorder.ts";
import {
	asSentence,
	cancelled,
	declined,
	isRepeat,
	nothingServes,
	questionIn,
	rounded,
	type Stage,
	warn,
} from "./replies.ts";
import { type Asked, type Conversations, conversationKey } from "./sessions.ts";
import { courtesy, idleAnswer, takesOffer } from "./small-talk.ts";
import { commandSpan, endCommand, tracedDecision } from "./trace.ts";
import { asksToStop, asksWhatRuns, endingWords, lookingWords, worksAfter } from "./under-way.ts";

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

/** Works told of at once. */
const mostTold = 3;

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
		if (waiting !== undefined && answer !== undefined) return settle(turn, waiting.confirmation.id, answer);
		if (waiting !== undefined && asksToWait(text)) return askAgain(turn, waiting, "Okay, take your time.");

		const offer = conversations.takeOffer(turn.key);
		if (offer !== undefined && takesOffer(text)) return call(turn, find(offer.tool, offer.server), offer.arguments);

		const pending = conversations.takeQuestion(turn.key);
		if (pending !== undefined && yesOrNo(text) === false) return cancelled(declined);
		if (pending !== undefined && asksToWait(text)) return ask(turn, pending, "Okay, take your time.");
		if (pending === undefined && asksWhatRuns(text) && conversations.works(turn.key).length > 0) return tellWorks(turn);
		const understood = await timed(turn, "understand_ms", () => understand(turn, text, pending));
		turn.signal.throwIfAborted();
		if (understood.kind === "unknown") return notUnderstood(turn, text, waiting);
		turn.outcome.confidence = understood.confidence;
		if (understood.kind === "ask") return ask(turn, understood);
		return { ...(await callUnderstood(turn, understood)), confidence: understood.confidence };
	}

	function callUnderstood(turn: Turn, { server, tool, arguments: input, confidence }: Understood): Promise<Stage> {
		turn.onIntent?.({ server, tool, arguments: input, confidence });
		return call(turn, find(tool, server), input);
	}

	/** Words no tool serves: politeness, a stop of what runs, an answer nobody waits for, a question for the web. */
	async function notUnderstood(turn: Turn, text: string, waiting: Asked | undefined): Promise<Stage> {
		if (asksToStop(text)) {
			const [ending] = await callsForWorks(deps, turn, { words: endingWords, most: 1 });
			if (ending !== undefined) return callUnderstood(turn, ending);
		}
		const polite = courtesy(text);
		if (polite !== undefined) return { status: "done", reply: polite };
		const idle = asksToWait(text) ? "Okay." : idleAnswer(text);
		if (idle !== undefined) return { status: "unknown", reply: idle };
		if (waiting !== undefined && waiting.again !== true) {
			return askAgain(turn, { ...waiting, again: true }, "I didn't get that.");
		}
		return { status: "unknown", reply: offerSearch(deps, turn, text) ?? nothingServes };
	}

	/** How the works go that go on: each in its own sentence. */
	async function tellWorks(turn: Turn): Promise<Stage> {
		let told: Stage | undefined;
		for (const look of await callsForWorks(deps, turn, { words: lookingWords, most: mostTold })) {
			const one = await callUnderstood(turn, look).catch((thrown: unknown) => failed(turn, thrown));
			told = told === undefined ? one : { ...one, reply: `${told.reply} ${one.reply}` };
		}
		return told ?? { status: "done", reply: "Nothing is running." };
	}

	/** Reads the question again that waits for its yes. */
	function askAgain(turn: Turn, asked: Asked, first: string): Stage {
		turn.outcome.tool = find(asked.call.tool, asked.call.server);
		turn.outcome.arguments = asked.call.arguments;
		conversations.await(turn.key, asked);
		const { call: exact, confirmation } = asked;
		return {
			status: "confirm",
			reply: `${first} ${asSentence(confirmation.summary)} Shall I?`,
			...exact,
			confirmation,
		};
	}

	function understand(turn: Turn, text: string, pending: Extract<Understanding, { kind: "ask" }> | undefined) {
		const options = () => ({ parent: turn.span?.traceparent });
		return traced(deps.tracer, "understand", options, async (span) => {
			const previous = conversations.previous(turn.key);
			const carried = (server: string) => conversations.carried(turn.key, server);
			const context = { now: deps.clock.now(), pending, previous, carried, signal: turn.signal };
			const found = await deps.understander.understand(text, context);
			span?.set({ "aios.understanding": found.kind });
			return found;
		});
	}

	const decide = ({ span }: Turn, question: PolicyQuestion) => tracedDecision(deps.tracer, span, deps.policy, question);

	function ask(turn: Turn, question: Extract<Understanding, { kind: "ask" }>, first = ""): Stage {
		const { server, tool, arguments: input, slot, question: text, confidence } = question;
		const known = find(tool, server);
		turn.outcome.tool = known;
		turn.outcome.arguments = input;
		// Whoever may not do it is told so now, not after having answered.
		decide(turn, { tool: known, user: turn.user, source: turn.source, tainted: false });
		conversations.ask(turn.key, question);
		return {
			status: "ask",
			reply: `${first} ${text}`.trimStart(),
			server,
			tool,
			arguments: input,
			confidence,
			question: { slot, text },
		};
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
			conversations.await(turn.key, { call: exact, confirmation });
			remember(turn, tool, exact);
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
		if (turn.text !== undefined) {
			remember(turn, tool, exact);
			conversations.keepWorks(turn.key, worksAfter(conversations.works(turn.key), exact, result.output));
		}
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

	/** What the next words may go on from. */
	function remember(turn: Turn, { input }: CatalogueTool, exact: PreviousCall): void {
		conversations.called(turn.key, exact);
		conversations.carry(turn.key, exact.server, carriedOf(input, exact.arguments));
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
			if (courtesy(text) !== undefined) return "call";
			const context = { now: deps.clock.now(), pending: question, previous: conversations.previous(key) };
			const { kind } = await deps.understander.understand(text, context);
			return kind;
		},
	};

	function direct(turn: Turn, input: ToolCall): Promise<Stage> {
		return call(turn, find(input.tool, input.server), input.arguments);
	}
}

async function timed<T>(turn: Turn, stage: "understand_ms" | "dispatch_ms", work: () => Promise<T>): Promise<T> {
	const started = performance.now();
	try {
		return await work();
	} finally {
		turn.outcome.timings[stage] = rounded(performance.now() - started);
	}
}

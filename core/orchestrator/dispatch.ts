import {
	AiosError,
	abortError,
	type CallContext,
	type CallResult,
	type CatalogueTool,
	type Dispatcher,
	type Logger,
	type Principal,
	type ToolCall,
	type Tracer,
	traced,
} from "../contract/index.ts";
import { afterRestart } from "./after-restart.ts";
import type { Balancer } from "./balance.ts";
import { ConnectionLost, type ConnectionResult } from "./connection.ts";
import { type ServerEntry, statusOf } from "./entry.ts";
import { SignInNeeded } from "./oauth/index.ts";
import type { Replica } from "./replica.ts";
import { requestAttributes, toolAttributes } from "./trace.ts";

/** A server keeps its own deadline; ours comes this much later, so that its better answer arrives first. */
const graceMs = 500;
/** A call that was lost on its way so often is not sent again, however many replicas there are. */
const maxLost = 3;
/** How long a server that went away during a call is waited for, in milliseconds: longer than a breaker stays open. */
const returnMs = 4_000;
/** First wait before it is tried again, and the longest: it doubles each time. */
const firstPauseMs = 100;
const longestPauseMs = 500;
/** People and conversations whose replica is remembered, by server; the oldest are forgotten first. */
const maxSticky = 10_000;
/** Longest result taken from a registered server, in bytes of JSON: the same as our own tools keep to. */
const outputLimit = 1_000_000;
/** Longest text of a registered server's result that is read aloud. */
const spokenCharacters = 300;

export interface DispatchDeps {
	servers: ReadonlyMap<string, ServerEntry>;
	balance: Balancer;
	tokenFor(server: string, principal: Principal): Promise<string>;
	log: Logger;
	tracer?: Tracer;
}

/** Makes the dispatcher: finds the tool, chooses a replica, keeps the deadline, repeats what may be repeated. */
export function createDispatcher(deps: DispatchDeps): Dispatcher {
	const sticky = new Map<string, Replica>();

	async function call(wanted: ToolCall, context: CallContext): Promise<CallResult> {
		const found = findTool(deps.servers, wanted);
		if (deps.tracer === undefined) return carry(found, wanted, context);
		const options = () => ({ parent: context.traceparent, attributes: toolAttributes(found.tool) });
		return traced(deps.tracer, "dispatch", options, (span) =>
			carry(found, wanted, { ...context, traceparent: span?.traceparent }),
		);
	}

	async function carry({ entry, tool }: Found, wanted: ToolCall, context: CallContext): Promise<CallResult> {
		if (entry.local !== undefined) {
			const result = await entry.local.run(tool.name, wanted.arguments, { ...context, resolve: wanted.resolve });
			return { ...result, server: entry.name, tool: tool.name };
		}
		const token = entry.trusted ? await deps.tokenFor(entry.name, context.user) : undefined;
		const result = await withDeadline(tool, context.signal, (signal) =>
			attempt(entry, tool, { ...context, signal }, (replica) => {
				const ask = async (traceparent?: string) => {
					const answer = await replica.use(
						(connection) =>
							connection.call({
								tool: tool.name,
								arguments: wanted.arguments,
								signal,
								session: context.session,
								turn: context.turn,
								words: context.words,
								token,
								progress: context.progress,
								elicit: context.elicit,
								traceparent,
								tracestate: traceparent === undefined ? undefined : deps.tracer?.state(traceparent),
								...(wanted.resolve ? { resolve: true } : {}),
							}),
						tool.stateful,
					);
					if (answer.failure !== undefined) throw answer.failure;
					return answer;
				};
				if (deps.tracer === undefined) return ask();
				const attributes = requestAttributes(tool, replica.url());
				const options = () => ({ parent: context.traceparent, kind: "client" as const, attributes });
				return traced(deps.tracer, `tools/call ${tool.name}`, options, (span) => ask(span?.traceparent));
			}),
		).catch((thrown) => {
			throw afterRestart(entry, tool, thrown);
		});
		return toCallResult(entry, tool, result);
	}

	/**
	 * Tries replicas until one answers, as long as repeating can do no harm. A call that was lost on its way waits a moment
	 * for a server that is being started again; one that could not even be sent is told at once.
	 */
	async function attempt<T>(
		entry: ServerEntry,
		tool: CatalogueTool,
		context: CallContext,
		run: (replica: Replica) => Promise<T>,
	): Promise<T> {
		const tried = new Set<Replica>();
		let last: ConnectionLost | undefined;
		let lostTimes = 0;
		let waitUntil = 0;
		for (let pause = firstPauseMs; ; ) {
			const replica = choose(entry, tool, context, tried);
			if (replica === undefined) {
				// Lost twice and nobody else there to do it: it may be the call that ends the server.
				const over = lostTimes > 1 || performance.now() + pause > waitUntil;
				if (over) throw last?.sent ? lost(entry, last) : notRunning(entry);
				await sleep(pause, context.signal);
				pause = Math.min(pause * 2, longestPauseMs);
				tried.clear();
				continue;
			}
			tried.add(replica);
			try {
				return await run(replica);
			} catch (thrown) {
				const error = AiosError.from(thrown);
				if (!(error instanceof ConnectionLost)) throw error;
				if (error.sent && tool.effect !== "read" && !tool.idempotent) throw lost(entry, error);
				if (error.sent) {
					lostTimes += 1;
					if (lostTimes >= maxLost) throw lost(entry, error);
					if (waitUntil === 0) waitUntil = performance.now() + returnMs;
				}
				if (last === undefined || error.sent) last = error;
				deps.log.info("a call is tried again", { server: entry.name, tool: tool.name });
			}
		}
	}

	function choose(
		entry: ServerEntry,
		tool: CatalogueTool,
		context: CallContext,
		tried: ReadonlySet<Replica>,
	): Replica | undefined {
		const usable = entry.replicas.filter(
			(replica) => !tried.has(replica) && !(tool.stateful && replica.passing) && replica.available(),
		);
		const staying = usable.filter(({ retiring }) => !retiring);
		const [first, ...others] = staying.length === 0 ? usable : staying;
		if (first === undefined) return undefined;
		if (others.length === 0) return first;
		const key = stickyKey(entry, tool, context, usable);
		if (key === undefined) return deps.balance([first, ...others]);
		const kept = sticky.get(key);
		const replica = kept !== undefined && usable.includes(kept) ? kept : deps.balance([first, ...others]);
		sticky.delete(key);
		sticky.set(key, replica);
		if (sticky.size > maxSticky) {
			const oldest = sticky.keys().next();
			if (!oldest.done) sticky.delete(oldest.value);
		}
		return replica;
	}

	return { call };
}

/** What calls that belong to one replica have in common; undefined where each may go to any. */
function stickyKey(
	{ name, trusted }: ServerEntry,
	tool: CatalogueTool,
	{ user, session }: CallContext,
	replicas: readonly Replica[],
): string | undefined {
	// Ours keep what they keep for a person; of others nothing is known but that they have sessions.
	if (trusted) return tool.stateful ? `${name}\n${user.id}` : undefined;
	const sessions = replicas.some((replica) => replica.connection()?.keepsSession?.());
	return sessions ? `${name}\n${user.id}\n${session}` : undefined;
}

interface Found {
	entry: ServerEntry;
	tool: CatalogueTool;
}

/** The tool a call means. Throws `not_found`; `conflict` where several servers have it. */
export function findTool(
	servers: ReadonlyMap<string, ServerEntry>,
	{ server, tool }: Pick<ToolCall, "server" | "tool">,
): Found {
	if (server !== undefined) {
		const entry = servers.get(server);
		if (entry === undefined) throw new AiosError("not_found", `There is no server named ${server}.`);
		const found = entry.tools.get(tool);
		if (found !== undefined) return { entry, tool: found };
		// Before a process was ready once nobody knows its tools: the reason then is not the name.
		if (entry.tools.size === 0 && statusOf(entry) !== "healthy") throw notRunning(entry);
		throw new AiosError("not_found", `${server} has no tool named ${tool}.`);
	}
	const found = [...servers.values()].flatMap((entry) => {
		const own = entry.tools.get(tool);
		return own === undefined ? [] : [{ entry, tool: own }];
	});
	const [only, ...others] = found;
	if (only === undefined) throw new AiosError("not_found", `There is no tool named ${tool}.`);
	if (others.length === 0) return only;
	const choices = found.map(({ entry }) => entry.name);
	throw new AiosError("conflict", `${choices.join(" and ")} each have a tool named ${tool}.`, {
		fix: "Say which server with `server`.",
		details: { servers: choices },
	});
}

/** Settles when the call does, when the deadline passes or when the caller gives up, whatever the server does. */
function withDeadline<T>(
	tool: CatalogueTool,
	caller: AbortSignal,
	run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	return new Promise<T>((resolve, reject) => {
		const controller = new AbortController();
		const stop = (error: AiosError, reason = error) => {
			done();
			controller.abort(reason);
			reject(error);
		};
		// A caller's own deadline says nothing against the replica.
		const onAbort = () => stop(abortError(caller), new AiosError("cancelled", "The caller gave up."));
		const timer = setTimeout(() => {
			const text = `${tool.title} took longer than ${tool.timeoutMs / 1000} s and was stopped.`;
			stop(new AiosError("timeout", text, { spoken: `${tool.title} took too long, so I stopped it.` }));
		}, tool.timeoutMs + graceMs);
		const done = () => {
			clearTimeout(timer);
			caller.removeEventListener("abort", onAbort);
		};
		if (caller.aborted) return onAbort();
		caller.addEventListener("abort", onAbort, { once: true });
		run(controller.signal).then(resolve, reject).finally(done);
	});
}

/** Waits; rejects at once when the signal is aborted. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const onAbort = () => {
			clearTimeout(timer);
			reject(abortError(signal));
		};
		const timer = setTimeout(() => {
			signal.removeEventListener("abort", onAbort);
			resolve();
		}, ms);
		signal.addEventListener("abort", onAbort, { once: true });
	});
}

function notRunning(entry: ServerEntry): AiosError {
	const signIn = entry.signIn?.();
	if (signIn?.state === "needed")
		return new SignInNeeded(entry.name, signIn.reason ?? `${entry.name} needs a sign-in.`);
	const status = statusOf(entry);
	const name = entry.title.toLowerCase();
	const reason = entry.replicas.map((replica) => replica.reason()).find((found) => found !== undefined);
	const sentence =
		status === "starting"
			? `The ${name} server is still starting.`
			: status === "stopped"
				? `The ${name} server is switched off.`
				: entry.trusted
					? `The ${name} server is not running; it is being restarted.`
					: `The ${name} server can't be reached.`;
	return new AiosError("unavailable", reason === undefined ? sentence : `${sentence} ${reason}`, { spoken: sentence });
}

function lost(entry: ServerEntry, cause: ConnectionLost): AiosError {
	const name = entry.title.toLowerCase();
	const sentence = cause.sent
		? `The ${name} server stopped while it was working on that.`
		: `The ${name} server can't be reached.`;
	return new AiosError("unavailable", sentence, {
		cause,
		...(cause.sent ? { fix: "It may have been done or not: look before you ask again." } : {}),
		spoken: sentence,
	});
}

function toCallResult(entry: ServerEntry, tool: CatalogueTool, result: ConnectionResult): CallResult {
	const output = result.output ?? { text: result.text };
	if (!entry.trusted && JSON.stringify(output).length > outputLimit) {
		throw new AiosError("too_large", `The result of ${tool.name} is too large.`, {
			fix: "Ask for less: a smaller limit, a part of the file, or a narrower search.",
		});
	}
	const say =
		result.say ?? (result.text.length <= spokenCharacters && !/^[[{]/.test(result.text) ? result.text : "Done.");
	return { server: entry.name, tool: tool.name, output, say: say || "Done.", attachments: result.attachments };
}

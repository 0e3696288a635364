import type { CatalogueTool, CommandOptions, Reply, Span, Tracer } from "../contract/index.ts";
import type { Policy, PolicyQuestion } from "./policy.ts";
import type { FinishedTurn } from "./recorder.ts";
import { redactFields, redactText } from "./redact.ts";

/** Begins the span of a command; its stages are parts of it. */
export function commandSpan(
	tracer: Tracer,
	{ turn, source, traceparent }: { turn: string; source: CommandOptions["source"]; traceparent?: string },
): Span {
	return tracer.start("command", { parent: traceparent, attributes: { "aios.turn.id": turn, "aios.source": source } });
}

/** Ends the span of a command with what came of it. Words and arguments only where the settings let them. */
export function endCommand({ content }: Tracer, span: Span, { reply, outcome, text }: FinishedTurn): void {
	const { status, error, server, tool } = reply;
	span.set({
		"aios.status": status,
		"aios.server": server,
		"gen_ai.tool.name": tool,
		"aios.confidence": outcome.confidence,
		"error.type": error?.code,
		...(content ? contentOf(reply, outcome.arguments, text) : {}),
	});
	span.end();
}

function contentOf(reply: Reply, input: Record<string, unknown> | undefined, text: string | undefined) {
	return {
		"aios.text": text === undefined ? undefined : redactText(text, input),
		"aios.reply": redactText(reply.reply, input),
		"gen_ai.tool.call.arguments": input === undefined ? undefined : JSON.stringify(redactFields(input)),
	};
}

/** Asks the policy as a span that tells what it said. */
export function tracedDecision(
	tracer: Tracer | undefined,
	parent: Span | undefined,
	policy: Policy,
	question: PolicyQuestion,
): ReturnType<Policy["decide"]> {
	if (tracer === undefined) return policy.decide(question);
	const span = tracer.start("policy", {
		parent: parent?.traceparent,
		attributes: { "aios.effect": question.tool.effect, "aios.policy.tainted": question.tainted },
	});
	try {
		const decision = policy.decide(question);
		span.set({ "aios.policy.decision": decision });
		span.end();
		return decision;
	} catch (error) {
		span.set({ "aios.policy.decision": "forbid" });
		span.end({ error });
		throw error;
	}
}

/** What a span says of a call, by the conventions for tools of generative AI. */
export function toolAttributes({ server, name }: Pick<CatalogueTool, "server" | "name">) {
	return { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name, "aios.server": server };
}

/** What a span says of a request to a server, by the conventions for MCP and HTTP clients. */
export function requestAttributes(tool: Pick<CatalogueTool, "server" | "name">, url: string | undefined) {
	const at = url === undefined || !URL.canParse(url) ? undefined : new URL(url);
	return {
		...toolAttributes(tool),
		"mcp.method.name": "tools/call",
		"server.address": at?.hostname,
		"server.port": at?.port ? Number(at.port) : undefined,
	};
}

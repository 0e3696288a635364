import {
	acceptedContent,
	type CallToolResult,
	type InputRequiredResult,
	inputRequired,
	isSpecType,
	type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import type {
	Assistant,
	CatalogueTool,
	Elicitation,
	ElicitationAnswer,
	Principal,
	Reply,
	Tracer,
} from "../../contract/index.ts";
import { sessionOf, toMcpResult } from "../../surface/index.ts";
import { resultOf } from "./reply.ts";

const approvalSchema = z.object({ approve: z.boolean() });
const stateSchema = z.object({ confirmation: z.string() });

/**
 * Runs one exact call through the assistant, which checks rights, keeps history and asks where it is set to ask: then the
 * question goes to the client's user as an elicitation, and nothing has run yet.
 */
export async function callThroughAssistant(
	{ assistant, tracer }: { assistant: Assistant; tracer: Tracer | undefined },
	tool: CatalogueTool,
	input: Record<string, unknown>,
	user: Principal,
	context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
	const { mcpReq } = context;
	const session = sessionOf(mcpReq._meta) ?? context.sessionId ?? "mcp";
	const token = mcpReq._meta?.progressToken;
	const options = {
		user,
		session,
		origin: "mcp",
		signal: mcpReq.signal,
		traceparent: tracer?.current(),
		progress: (update: { progress: number; total?: number; message?: string }) => {
			if (token === undefined) return;
			// A client that has gone away misses its progress; the call itself is ended by its signal.
			mcpReq.notify({ method: "notifications/progress", params: { progressToken: token, ...update } }).catch(() => {});
		},
		elicit: async ({ message, schema }: Elicitation): Promise<ElicitationAnswer> => {
			const params = { mode: "form", message, requestedSchema: schema };
			if (!isSpecType.ElicitRequestFormParams(params)) return { action: "cancel" };
			// A client that can't ask its user, or has gone away, counts as no answer.
			return mcpReq.elicitInput(params).catch(() => ({ action: "cancel" }) as const);
		},
	};
	const pending = readState(mcpReq.requestState());
	if (pending !== undefined) {
		// The confirmation is bound to its exact call and its person on our side, so a state made up by a client opens nothing.
		const approve = acceptedContent(mcpReq.inputResponses, "approval", approvalSchema)?.approve ?? false;
		return toResult(await assistant.confirm(pending, approve, options));
	}
	return toResult(
		await assistant.command(
			{ server: tool.server, tool: tool.name, arguments: input },
			{ ...options, source: "direct" },
		),
	);
}

function readState(state: unknown): string | undefined {
	if (typeof state !== "string") return undefined;
	try {
		return stateSchema.parse(JSON.parse(state)).confirmation;
	} catch {
		return undefined;
	}
}

function toResult(reply: Reply): CallToolResult | InputRequiredResult {
	if (reply.status === "confirm" && reply.confirmation !== undefined) {
		return inputRequired({
			inputRequests: {
				approval: inputRequired.elicit({
					message: reply.confirmation.summary,
					requestedSchema: {
						type: "object",
						properties: { approve: { type: "boolean", title: "Do it", default: false } },
						required: ["approve"],
					},
				}),
			},
			requestState: JSON.stringify({ confirmation: reply.confirmation.id }),
		});
	}
	return toMcpResult(resultOf(reply));
}

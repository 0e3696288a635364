import type { CallToolResult, ListToolsResult } from "@modelcontextprotocol/server";
import { AiosError, type Attachment, type CallContext, type CatalogueTool, type Warning } from "../contract/index.ts";
import type { ToolResult } from "./run.ts";

/** Keys under `_meta` in which AIOS says more than MCP can. */
export const metaKeys = {
	/** tools/list: the tool as it stands in the catalogue. */
	tool: "aios/tool",
	/** tools/call result: the sentence to speak. */
	say: "aios/say",
	/** tools/call result: names of the attached files, in the order of the content blocks that carry them. */
	attachments: "aios/attachments",
	/** tools/call result: what is to be known besides it, as in Reply. */
	warning: "aios/warning",
	/** tools/call result that is an error: the error as data. */
	error: "aios/error",
	/** tools/call request: the conversation the call belongs to. */
	session: "aios/session",
	/** tools/call request: the turn it belongs to, for the log. */
	turn: "aios/turn",
	/** tools/call request: true where it was asked for in words. */
	words: "aios/words",
	/** tools/call request: true where the arguments are only to be turned into what they stand for. */
	resolve: "aios/resolve",
} as const;

/** Longest id of a turn that is taken into the log. */
const idCharacters = 100;

/** A catalogue tool as MCP lists it; `name` is given where a gateway lists it under another. */
export function toMcpTool(tool: CatalogueTool, name = tool.name): ListToolsResult["tools"][number] {
	return {
		name,
		title: tool.title,
		description: tool.description,
		inputSchema: { ...tool.input, type: "object" },
		outputSchema: { ...tool.output, type: "object" },
		annotations: {
			title: tool.title,
			readOnlyHint: tool.effect === "read",
			destructiveHint: tool.effect === "destructive",
			idempotentHint: tool.idempotent,
			openWorldHint: tool.openWorld ?? (tool.outside === true || tool.effect === "outbound"),
		},
		_meta: {
			[metaKeys.tool]: {
				effect: tool.effect,
				role: tool.role,
				timeoutMs: tool.timeoutMs,
				...(tool.outside === true ? { outside: true } : {}),
				...(tool.harmless === true ? { harmless: true } : {}),
				...(tool.stateful === true ? { stateful: true } : {}),
				...(tool.voice === undefined ? {} : { voice: tool.voice }),
				...(tool.resolves === true ? { resolves: true } : {}),
			},
		},
	};
}

/** A result as MCP carries it: the output as structured content and, for older clients, as text; pictures as content. */
export function toMcpResult({ output, say, attachments, warning }: ToolResult): CallToolResult {
	return {
		content: [{ type: "text", text: JSON.stringify(output) }, ...attachments.map(block), ...warned(warning)],
		structuredContent: output,
		_meta: {
			[metaKeys.say]: say,
			...(warning === undefined ? {} : { [metaKeys.warning]: warning }),
			...(attachments.length === 0 ? {} : { [metaKeys.attachments]: attachments.map(({ name }) => name ?? null) }),
		},
	};
}

function warned(warning: Warning | undefined): CallToolResult["content"] {
	return warning === undefined ? [] : [{ type: "text", text: warning.message }];
}

function block(attachment: Attachment): CallToolResult["content"][number] {
	const { mimeType, data, name } = attachment;
	if (mimeType.startsWith("image/")) return { type: "image", mimeType, data };
	if (mimeType.startsWith("audio/")) return { type: "audio", mimeType, data };
	const uri = `attachment:///${encodeURIComponent(name ?? "file")}`;
	return { type: "resource", resource: { uri, mimeType, blob: data } };
}

/** A failure as MCP carries it: a result the model can read, with the error as data beside it. */
export function toMcpError(thrown: unknown): CallToolResult {
	const error = AiosError.from(thrown);
	return {
		content: [{ type: "text", text: error.fix === undefined ? error.message : `${error.message} ${error.fix}` }],
		isError: true,
		_meta: { [metaKeys.error]: error.toJSON() },
	};
}

/** What a request says of the call beyond MCP, as the call's context has it. */
export function wishesOf(
	meta: Record<string, unknown> | undefined,
): Pick<CallContext, "turn" | "words" | "traceparent"> & { resolve?: true } {
	const turn = meta?.[metaKeys.turn];
	const traceparent = meta?.traceparent;
	return {
		...(meta?.[metaKeys.resolve] === true ? { resolve: true } : {}),
		...(typeof turn === "string" && turn.length <= idCharacters ? { turn } : {}),
		...(meta?.[metaKeys.words] === true ? { words: true } : {}),
		...(typeof traceparent === "string" ? { traceparent } : {}),
	};
}

/** The conversation a request names, if it names one that can be a name. */
export function sessionOf(meta: Record<string, unknown> | undefined): string | undefined {
	const session = meta?.[metaKeys.session];
	return typeof session === "string" && session.length > 0 && session.length <= 200 ? session : undefined;
}

import { z } from "zod";
import { AiosError, type Attachment, type CallContext, type Progress } from "../contract/index.ts";

/** Keys under `_meta`, as the surface writes them. */
export const metaKeys = {
	tool: "aios/tool",
	say: "aios/say",
	error: "aios/error",
	session: "aios/session",
	turn: "aios/turn",
	words: "aios/words",
	resolve: "aios/resolve",
} as const;

export interface ConnectionCall {
	tool: string;
	arguments: Record<string, unknown>;
	signal: AbortSignal;
	session: string;
	/** Id of the turn, for the server's log. */
	turn?: string;
	/** See CallContext.words. */
	words?: boolean;
	/** Stands for the caller at that server; absent where the server is not one of ours. */
	token: string | undefined;
	progress?(update: Progress): void;
	elicit?: CallContext["elicit"];
	/** W3C trace context of the request. */
	traceparent?: string;
	tracestate?: string;
	/** See ToolCall.resolve. */
	resolve?: boolean;
}

/** A tool as a server lists it. */
export const listedToolSchema = z.object({
	name: z.string().min(1).max(200),
	title: z.string().optional(),
	description: z.string().optional(),
	inputSchema: z.record(z.string(), z.unknown()),
	outputSchema: z.record(z.string(), z.unknown()).optional(),
	annotations: z
		.object({
			title: z.string().optional(),
			readOnlyHint: z.boolean().optional(),
			destructiveHint: z.boolean().optional(),
			idempotentHint: z.boolean().optional(),
			openWorldHint: z.boolean().optional(),
		})
		.optional(),
	_meta: z.record(z.string(), z.unknown()).optional(),
});
export type ListedTool = z.output<typeof listedToolSchema>;

export interface ConnectionResult {
	/** Undefined where the tool gives no structured content. */
	output: Record<string, unknown> | undefined;
	text: string;
	say: string | undefined;
	attachments: Attachment[];
	/** What the tool itself failed with; an answer like any other, which says nothing against the replica. */
	failure?: AiosError;
}

/** What a server says in MCP beyond its tools: resources, prompts, completions. */
export interface McpLine {
	/** Whether it has resources, and prompts. */
	offers(what: "resources" | "prompts" | "completions"): boolean;
	/** Sends one request as it is and gives the result as it comes. Throws AiosError. */
	request(method: McpPassed, params: Record<string, unknown>, signal: AbortSignal): Promise<Record<string, unknown>>;
	/** Where it answers over Streamable HTTP; undefined where it speaks another transport. */
	endpoint: string | undefined;
	/** One HTTP request there, signed in where the server demands it; no redirect is followed. Throws AiosError. */
	send(init: RequestInit): Promise<Response>;
	/** Whether it speaks the protocol of 2026, in which each request stands for itself. */
	modern: boolean;
}

/** Requests that are passed on as they are. */
export type McpPassed =
	| "resources/list"
	| "resources/templates/list"
	| "resources/read"
	| "prompts/list"
	| "prompts/get"
	| "completion/complete";

/** A line to one replica. Every failure is an AiosError; one of ours or a {@link ConnectionLost}. */
export interface Connection {
	listTools(token: string | undefined): Promise<ListedTool[]>;
	call(call: ConnectionCall): Promise<ConnectionResult>;
	/** Its MCP side; undefined where it is not an MCP server. */
	mcp?(): Promise<McpLine | undefined>;
	/** Whether what answers there keeps a session, in which one call may build on another; false where it is not known. */
	keepsSession?(): boolean;
	/** Asks for a sign of life where there is no address to ask. Throws where there is none. */
	check?(signal: AbortSignal): Promise<void>;
	close(): Promise<void>;
}

/** The replica could not be reached or went away. `sent` is false where it certainly never saw the call. */
export class ConnectionLost extends AiosError {
	constructor(
		message: string,
		readonly sent: boolean,
		cause?: unknown,
	) {
		super("unavailable", message, { cause });
	}
}

/** Whether nothing listened there, so that nothing was sent: as Bun's own client and as Node's say it. */
export function wasRefused(thrown: unknown): boolean {
	if (!(thrown instanceof Error)) return false;
	const code = "code" in thrown ? thrown.code : undefined;
	return code === "ConnectionRefused" || code === "ECONNREFUSED" || wasRefused(thrown.cause);
}

const block = z.discriminatedUnion("type", [
	z.object({ type: z.literal("text"), text: z.string() }),
	z.object({ type: z.enum(["image", "audio"]), mimeType: z.string(), data: z.string() }),
	z.object({
		type: z.literal("resource"),
		resource: z.object({
			uri: z.string(),
			mimeType: z.string().optional(),
			text: z.string().optional(),
			blob: z.string().optional(),
		}),
	}),
	z.object({ type: z.literal("resource_link"), uri: z.string() }),
]);

/** The result of `tools/call`, of either protocol. */
const callResultSchema = z.object({
	content: z.array(block).default([]),
	structuredContent: z.record(z.string(), z.unknown()).optional(),
	isError: z.boolean().optional(),
	_meta: z.record(z.string(), z.unknown()).optional(),
});

const wireErrorSchema = z.object({
	code: z.string(),
	message: z.string(),
	spoken: z.string().optional(),
	fix: z.string().optional(),
	details: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Reads a tools/call result. A failure is what the tool failed with, or `upstream_failed` where it says so in its own way.
 * Throws `upstream_failed` where it is no such result.
 */
export function readCallResult(raw: unknown): ConnectionResult {
	const parsed = callResultSchema.safeParse(raw);
	if (!parsed.success) {
		throw new AiosError("upstream_failed", "The server's answer is not a tool result.", { cause: parsed.error });
	}
	const { content, structuredContent, isError, _meta } = parsed.data;
	const text = content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
	const say = _meta?.[metaKeys.say];
	return {
		output: structuredContent,
		text,
		say: typeof say === "string" ? say : undefined,
		attachments: content.flatMap((part) => attachment(part)),
		...(isError ? { failure: failureOf(_meta?.[metaKeys.error], text) } : {}),
	};
}

function failureOf(told: unknown, text: string): AiosError {
	const error = wireErrorSchema.safeParse(told);
	if (error.success) return AiosError.fromJSON(error.data);
	const message = text === "" ? "The tool failed without saying why." : text.slice(0, 2_000);
	return new AiosError("upstream_failed", message, { spoken: "The tool failed. The details are on the page." });
}

function attachment(part: z.output<typeof block>): Attachment[] {
	if (part.type === "image" || part.type === "audio") return [{ mimeType: part.mimeType, data: part.data }];
	if (part.type !== "resource" || part.resource.blob === undefined) return [];
	const { uri, mimeType = "application/octet-stream", blob } = part.resource;
	const name = decodeName(uri);
	return [{ mimeType, data: blob, ...(name === undefined ? {} : { name }) }];
}

function decodeName(uri: string): string | undefined {
	try {
		return decodeURIComponent(uri.split("/").at(-1) ?? "") || undefined;
	} catch {
		return undefined;
	}
}

import type { CallContext, CatalogueTool, Principal, Progress } from "../contract/index.ts";
import { type LeanRequest, readLeanRequest } from "./mcp-lean-request.ts";
import { sessionOf, toMcpError, toMcpResult, toMcpTool, wishesOf } from "./mcp-tools.ts";
import type { ToolResult } from "./run.ts";

/** What plain requests are answered with. */
export interface LeanSubject {
	name: string;
	title: string;
	version: string;
	find(name: string): CatalogueTool | undefined;
	run(tool: CatalogueTool, input: Record<string, unknown>, context: CallContext): Promise<ToolResult>;
	/** What `tools/list` answers; without it the list goes the full way. */
	tools?: readonly CatalogueTool[];
}

const serverInfoKey = "io.modelcontextprotocol/serverInfo";
const encoder = new TextEncoder();

/**
 * Answers the two commonest requests of protocol 2026-07-28, `tools/list` and `tools/call`, without building a server
 * for each. Whatever is not exactly that (input responses, an unknown tool, a header that disagrees with the body…)
 * gives undefined and goes the full way, so no rule of the protocol is written twice.
 */
export function answerLean(
	request: Request,
	body: unknown,
	principal: Principal,
	subject: LeanSubject,
): Promise<Response> | Response | undefined {
	const asked = readLeanRequest(request.headers, body);
	if (asked === undefined) return undefined;
	const _meta = { [serverInfoKey]: { name: subject.name, title: subject.title, version: subject.version } };
	const message = (result: { [key: string]: unknown; _meta?: Record<string, unknown> }) =>
		JSON.stringify({
			jsonrpc: "2.0",
			id: asked.id,
			result: { ...result, resultType: "complete", _meta: { ..._meta, ...result._meta } },
		});
	if (asked.method === "tools/list") {
		const tools = subject.tools?.map((tool) => toMcpTool(tool));
		if (tools === undefined) return undefined;
		return json(message({ tools, ttlMs: 0, cacheScope: "private" }));
	}
	const tool = subject.find(asked.name);
	if (tool === undefined) return undefined;
	const run = (signal: AbortSignal, progress?: (update: Progress) => void) =>
		subject
			.run(tool, asked.input, {
				user: principal,
				session: sessionOf(asked.meta) ?? "mcp",
				signal,
				progress,
				...wishesOf(asked.meta),
			})
			.then(toMcpResult, toMcpError)
			.then(message);
	if (asked.progressToken === undefined) return run(request.signal).then(json);
	return streamed(request.signal, asked.progressToken, run);
}

function json(text: string): Response {
	return new Response(text, { headers: { "content-type": "application/json" } });
}

/** One JSON body where nothing is told before the result; with the first progress it becomes an event stream. */
function streamed(
	client: AbortSignal,
	progressToken: NonNullable<LeanRequest["progressToken"]>,
	run: (signal: AbortSignal, progress: (update: Progress) => void) => Promise<string>,
): Promise<Response> {
	const controller = new AbortController();
	const gone = () => controller.abort(client.reason);
	client.addEventListener("abort", gone, { once: true });
	return new Promise((resolve) => {
		let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
		const send = (text: string) => {
			// After a client has left there is nobody to tell; the call itself is ended by the signal.
			if (!controller.signal.aborted) stream?.enqueue(encoder.encode(`event: message\ndata: ${text}\n\n`));
		};
		const open = () => {
			const body = new ReadableStream<Uint8Array>({
				start: (made) => {
					stream = made;
				},
				cancel: () => controller.abort(),
			});
			resolve(new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-cache" } }));
		};
		const progress = (update: Progress) => {
			if (stream === undefined) open();
			send(JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, ...update } }));
		};
		void run(controller.signal, progress).then((text) => {
			client.removeEventListener("abort", gone);
			if (stream === undefined) return resolve(json(text));
			send(text);
			if (!controller.signal.aborted) stream.close();
		});
	});
}

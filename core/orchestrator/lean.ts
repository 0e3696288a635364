import { z } from "zod";
import { AiosError, abortError } from "../contract/index.ts";
import {
	type Connection,
	type ConnectionCall,
	ConnectionLost,
	listedToolSchema,
	metaKeys,
	readCallResult,
	wasRefused,
} from "./connection.ts";
import { readSse } from "./sse.ts";

const protocol = "2026-07-28";
const reserved = "io.modelcontextprotocol/";
const envelope = {
	[`${reserved}protocolVersion`]: protocol,
	[`${reserved}clientInfo`]: { name: "aios", version: "1" },
	[`${reserved}clientCapabilities`]: {},
};

const messageSchema = z.union([
	z.object({ id: z.union([z.string(), z.number()]), result: z.unknown() }),
	z.object({
		id: z.union([z.string(), z.number(), z.null()]).optional(),
		error: z.object({ code: z.number(), message: z.string() }),
	}),
	z.object({ method: z.string(), params: z.record(z.string(), z.unknown()).optional() }),
]);
const progressSchema = z.object({ progress: z.number(), total: z.number().optional(), message: z.string().optional() });
const listSchema = z.object({ tools: z.array(listedToolSchema), nextCursor: z.string().optional() });

/**
 * MCP 2026-07-28 over Streamable HTTP, of which our own servers need two methods: that protocol has no sessions, so a
 * call is one POST on a kept-alive connection. A tenth of the cost of a general client.
 */
export function createLeanConnection({ url }: { url: string }): Connection {
	const endpoint = `${url}/mcp`;
	let lastId = 0;

	async function request(
		method: string,
		params: Record<string, unknown>,
		options: { token: string | undefined; signal?: AbortSignal; name?: string } & Pick<
			ConnectionCall,
			"progress" | "traceparent" | "tracestate"
		>,
	): Promise<unknown> {
		lastId += 1;
		const meta = { ...envelope, ...asRecord(params._meta) };
		if (options.progress !== undefined) Object.assign(meta, { progressToken: lastId });
		if (options.traceparent !== undefined) Object.assign(meta, { traceparent: options.traceparent });
		if (options.tracestate !== undefined) Object.assign(meta, { tracestate: options.tracestate });
		const headers: Record<string, string> = {
			"content-type": "application/json",
			accept: "application/json, text/event-stream",
			"mcp-protocol-version": protocol,
			"mcp-method": method,
		};
		if (options.name !== undefined) headers["mcp-name"] = options.name;
		if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
		const body = JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params: { ...params, _meta: meta } });
		const response = await reach(endpoint, {
			method: "POST",
			headers,
			body,
			signal: options.signal,
			redirect: "error",
		});
		return answer(response, options);
	}

	return {
		async listTools(token) {
			const tools = [];
			let cursor: string | undefined;
			do {
				const params = cursor === undefined ? {} : { cursor };
				const page = listSchema.parse(
					await request("tools/list", params, { token, signal: AbortSignal.timeout(5_000) }),
				);
				tools.push(...page.tools);
				cursor = page.nextCursor;
			} while (cursor !== undefined);
			return tools;
		},
		async call({ tool, arguments: input, session, turn, words, signal, token, progress, resolve, ...trace }) {
			const _meta = {
				[metaKeys.session]: session,
				[metaKeys.turn]: turn,
				...(words ? { [metaKeys.words]: true } : {}),
				...(resolve ? { [metaKeys.resolve]: true } : {}),
			};
			const params = { name: tool, arguments: input, _meta };
			const { traceparent, tracestate } = trace;
			const options = { token, signal, name: tool, progress, traceparent, tracestate };
			return readCallResult(await request("tools/call", params, options));
		},
		close: async () => {},
	};
}

async function reach(url: string, init: RequestInit): Promise<Response> {
	try {
		return await fetch(url, init);
	} catch (cause) {
		if (init.signal?.aborted) throw abortError(init.signal);
		throw new ConnectionLost("The server can't be reached.", !wasRefused(cause), cause);
	}
}

async function answer(
	response: Response,
	{ signal, progress }: { signal?: AbortSignal } & Pick<ConnectionCall, "progress">,
): Promise<unknown> {
	const streamed = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
	try {
		if (!streamed) return settled(messageSchema.parse(await response.json()));
		for await (const data of readSse(response)) {
			const message = messageSchema.parse(JSON.parse(data));
			if (!("method" in message)) return settled(message);
			const update = progressSchema.safeParse(message.params);
			if (message.method === "notifications/progress" && update.success) progress?.(update.data);
		}
	} catch (cause) {
		if (cause instanceof AiosError) throw cause;
		if (signal?.aborted) throw abortError(signal);
		if (cause instanceof z.ZodError || cause instanceof SyntaxError) throw refusal(response, cause);
		throw new ConnectionLost("The server went away during the call.", true, cause);
	}
	throw new ConnectionLost("The server went away during the call.", true);
}

function settled(message: z.output<typeof messageSchema>): unknown {
	if ("result" in message) return message.result;
	if ("error" in message) {
		const { code, message: text } = message.error;
		throw new AiosError(code === -32602 ? "bad_request" : "upstream_failed", text);
	}
	throw new AiosError("upstream_failed", "The server answered with a notice instead of a result.");
}

/** An answer that is not JSON-RPC: the server is up, and says no in the way of HTTP. */
function refusal(response: Response, cause: unknown): AiosError {
	if (response.status === 503) return new ConnectionLost("The server is shutting down.", false, cause);
	if (response.status === 401)
		return new AiosError("internal", "The server refused the orchestrator's token.", { cause });
	return new AiosError("upstream_failed", `The server's answer (${response.status}) can't be understood.`, { cause });
}

function asRecord(value: unknown): object {
	return typeof value === "object" && value !== null ? value : {};
}

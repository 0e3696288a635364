import {
	Client,
	isCallToolResult,
	ProtocolError,
	SdkError,
	SdkErrorCode,
	SdkHttpError,
	SSEClientTransport,
	StreamableHTTPClientTransport,
	type Transport,
} from "@modelcontextprotocol/client";
import { z } from "zod";
import { AiosError, abortError } from "../contract/index.ts";
import {
	type Connection,
	type ConnectionCall,
	ConnectionLost,
	type ConnectionResult,
	type ListedTool,
	listedToolSchema,
	metaKeys,
	readCallResult,
} from "./connection.ts";

/** Time a server has to answer the first message, in milliseconds. */
const connectMs = 5_000;
/** Longest the list of tools may take, in milliseconds. */
const listMs = 10_000;
/** Longest call, in milliseconds; the dispatcher's own deadline is shorter. */
const callMs = 600_000;

const resultSchema = z.record(z.string(), z.unknown());

/** Redirects could lead to an address nobody approved. */
const direct = (url: string | URL, init?: RequestInit) => fetch(url, { ...init, redirect: "error" });

const transports = {
	http: (url: URL): Transport => new StreamableHTTPClientTransport(url, { fetch: direct }),
	/** The transport of 2024, for servers that know no other. */
	sse: (url: URL): Transport => new SSEClientTransport(url, { fetch: direct }),
};

/**
 * A line to any MCP server, in the newest protocol both know. Throws AiosError `unavailable` when no MCP answers at the
 * address. A session the server has forgotten is opened again unseen.
 */
export async function connectMcp(deps: {
	url: string;
	transport: keyof typeof transports;
	onToolsChanged(): void;
}): Promise<Connection> {
	const address = new URL(deps.url);
	let client = await open();

	async function open(): Promise<Client> {
		const made = new Client(
			{ name: "aios", version: "1" },
			{
				versionNegotiation: { mode: deps.transport === "sse" ? "legacy" : "auto" },
				listChanged: { tools: { onChanged: deps.onToolsChanged, autoRefresh: false } },
			},
		);
		try {
			await made.connect(transports[deps.transport](address), { timeout: connectMs });
		} catch (cause) {
			await made.close().catch(() => {});
			throw new ConnectionLost(`No MCP answers at ${deps.url}.`, false, cause);
		}
		return made;
	}

	/** The server never looked at a call of a session it no longer knows, so it may be sent again. */
	async function withSession<T>(run: (client: Client) => Promise<T>): Promise<T> {
		try {
			return await run(client);
		} catch (thrown) {
			if (!isExpired(thrown)) throw thrown;
			void client.close().catch(() => {});
			client = await open();
			return run(client);
		}
	}

	return {
		async listTools() {
			const tools: ListedTool[] = [];
			let cursor: string | undefined;
			do {
				const page = await withSession((line) =>
					line.listTools(cursor === undefined ? {} : { cursor }, { timeout: listMs }),
				);
				tools.push(...page.tools.map((tool) => listedToolSchema.parse(tool)));
				cursor = page.nextCursor;
			} while (cursor !== undefined);
			return tools;
		},
		async call(call) {
			try {
				return await withSession((line) => send(line, call));
			} catch (thrown) {
				throw toAiosError(thrown, call.signal);
			}
		},
		mcp: async () => ({
			endpoint: deps.transport === "http" ? deps.url : undefined,
			offers: (what) => client.getServerCapabilities()?.[what] !== undefined,
			async request(method, params, signal) {
				try {
					const result = await withSession((line) => line.request({ method, params }, { signal, timeout: listMs }));
					return resultSchema.parse(result);
				} catch (thrown) {
					throw toAiosError(thrown, signal);
				}
			},
		}),
		close: () => client.close(),
	};
}

async function send(client: Client, call: ConnectionCall): Promise<ConnectionResult> {
	const { signal, progress } = call;
	const result = await client.callTool(
		{ name: call.tool, arguments: call.arguments, _meta: { [metaKeys.session]: call.session } },
		{
			signal,
			timeout: callMs,
			resetTimeoutOnProgress: true,
			...(progress === undefined ? {} : { onprogress: progress }),
		},
	);
	if (!isCallToolResult(result)) throw new AiosError("upstream_failed", "The server's answer is not a tool result.");
	return readCallResult(result);
}

function isExpired(thrown: unknown): boolean {
	return SdkHttpError.isInstance(thrown) && thrown.status === 404;
}

function toAiosError(thrown: unknown, signal: AbortSignal): AiosError {
	if (thrown instanceof AiosError) return thrown;
	if (signal.aborted) return abortError(signal);
	if (ProtocolError.isInstance(thrown)) {
		return new AiosError(thrown.code === -32602 ? "bad_request" : "upstream_failed", thrown.message, { cause: thrown });
	}
	if (SdkHttpError.isInstance(thrown)) {
		const { status } = thrown;
		if (status >= 500) return new ConnectionLost(`The server answered ${status}.`, true, thrown);
		return new AiosError("upstream_failed", `The server answered ${status}.`, { cause: thrown });
	}
	if (SdkError.isInstance(thrown) && thrown.code === SdkErrorCode.InvalidResult) {
		return new AiosError("upstream_failed", "The server's answer can't be understood.", { cause: thrown });
	}
	const refused = thrown instanceof Error && "code" in thrown && thrown.code === "ConnectionRefused";
	return new ConnectionLost("The server can't be reached.", !refused, thrown);
}

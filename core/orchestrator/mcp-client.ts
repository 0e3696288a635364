import { AsyncLocalStorage } from "node:async_hooks";
import {
	Client,
	type ElicitRequest,
	type ElicitResult,
	type FetchLike,
	InsufficientScopeError,
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
import { boundMessages } from "../streams/index.ts";
import {
	type Connection,
	type ConnectionCall,
	ConnectionLost,
	type ConnectionResult,
	type ListedTool,
	listedToolSchema,
	metaKeys,
	readCallResult,
	wasRefused,
} from "./connection.ts";
import type { Account } from "./oauth/index.ts";
import { createSharedLine } from "./shared-line.ts";

/** Time a server has to answer the first message, in milliseconds. */
const connectMs = 5_000;
/** Longest the list of tools may take, in milliseconds. */
const listMs = 10_000;
/** Longest call, in milliseconds; the dispatcher's own deadline is shorter. */
const callMs = 600_000;

/** Largest message taken from a server, in bytes: a result with its attachments. */
const messageLimit = 40_000_000;

const resultSchema = z.record(z.string(), z.unknown());

/** Over Streamable HTTP, or the transport of 2024 for servers that know no other. */
const transports = {
	http: (url: URL, fetch: FetchLike): Transport => new StreamableHTTPClientTransport(url, { fetch }),
	sse: (url: URL, fetch: FetchLike): Transport => new SSEClientTransport(url, { fetch }),
};

/**
 * A line to any MCP server at an address, in the newest protocol both know, signed in by its account. Throws AiosError
 * `unavailable` when no MCP answers there, `timeout` when nothing does, and what the account says where the server wants
 * a sign-in. A session the server has forgotten is opened again unseen.
 */
export function connectMcp(deps: {
	url: string;
	transport: keyof typeof transports;
	account: Pick<Account, "fetch" | "refusal">;
	onToolsChanged(): void;
}): Promise<Connection> {
	const { url, transport, account, onToolsChanged } = deps;
	const address = new URL(url);
	return connectOver({
		place: url,
		endpoint: transport === "http" ? url : undefined,
		mode: transport === "sse" ? "legacy" : "auto",
		open: () => transports[transport](address, (to, init) => account.fetch(to, init).then(bounded)),
		account,
		onToolsChanged,
	});
}

function bounded(response: Response): Response {
	return boundMessages(response, messageLimit, () => new AiosError("too_large", "The server's answer is too large."));
}

export interface McpTransportDeps {
	/** Where the server is, for messages. */
	place: string;
	/** Its address where it speaks Streamable HTTP. */
	endpoint: string | undefined;
	mode: "auto" | "legacy";
	/** Makes a transport that was never used. */
	open(): Transport;
	/** How it is signed in; absent where it is no server of the network. */
	account?: Pick<Account, "fetch" | "refusal">;
	onToolsChanged(): void;
	/** The transport has ended. */
	onClose?(): void;
}

/** A line to an MCP server over any transport; see {@link connectMcp}. */
export async function connectOver(deps: McpTransportDeps): Promise<Connection> {
	const asking = new AsyncLocalStorage<ConnectionCall>();
	const running = new Set<ConnectionCall>();
	const { account, endpoint } = deps;
	let session = false;
	const shared = createSharedLine({ open, isLost: isExpired, close: (client) => client.close() });
	await shared.use(async () => {});

	/** Why the server did not let a request in. */
	function refusal(thrown: unknown): AiosError | undefined {
		const status = SdkHttpError.isInstance(thrown) ? thrown.status : undefined;
		const refused = status === 401 || status === 403 || InsufficientScopeError.isInstance(thrown);
		return refused ? account?.refusal() : undefined;
	}

	async function open(): Promise<Client> {
		const made = new Client(
			{ name: "aios", version: "1" },
			{
				capabilities: { elicitation: { form: { applyDefaults: true } } },
				versionNegotiation: { mode: deps.mode },
				listChanged: { tools: { onChanged: deps.onToolsChanged, autoRefresh: false } },
			},
		);
		made.setRequestHandler("elicitation/create", ({ params }) => elicit(params));
		try {
			await withLimit(made.connect(deps.open(), { timeout: connectMs }), 2 * connectMs);
		} catch (cause) {
			await made.close().catch(() => {});
			const refused = refusal(cause);
			if (refused !== undefined) throw refused;
			const late = SdkError.isInstance(cause) && cause.code === SdkErrorCode.RequestTimeout;
			if (late || cause instanceof AiosError) {
				throw new AiosError("timeout", `${deps.place} does not answer in time.`, { cause });
			}
			throw new ConnectionLost(`No MCP answers at ${deps.place}.`, false, cause);
		}
		if (deps.onClose !== undefined) made.onclose = deps.onClose;
		// Requests of the 2026 protocol stand for themselves. Before it HTTP has sessions where the server says so, and the
		// other transports are one.
		const named = endpoint === undefined || made.transport?.sessionId !== undefined;
		session = named && made.getProtocolEra() === "legacy";
		return made;
	}

	/**
	 * A question goes to whoever made the call it belongs to. Where the transport does not tell, only one call may be on
	 * its way: another person must never be asked.
	 */
	async function elicit(params: ElicitRequest["params"]): Promise<ElicitResult> {
		const [only] = running.size === 1 ? running : [];
		const call = asking.getStore() ?? only;
		if (call?.elicit === undefined || params.mode === "url") return { action: "cancel" };
		return { ...(await call.elicit({ message: params.message, schema: { ...params.requestedSchema } })) };
	}

	async function ask(line: Client, call: ConnectionCall): Promise<ConnectionResult> {
		running.add(call);
		try {
			return await asking.run(call, () => send(line, call));
		} finally {
			running.delete(call);
		}
	}

	/** The server never looked at a call of a session it no longer knows, so it may be sent again. */
	async function withSession<T>(run: (client: Client) => Promise<T>): Promise<T> {
		try {
			return await shared.use(run);
		} catch (thrown) {
			if (!isExpired(thrown)) throw thrown;
			return shared.use(run);
		}
	}

	return {
		async listTools() {
			const tools: ListedTool[] = [];
			let cursor: string | undefined;
			do {
				const page = await withSession((line) =>
					line.listTools(cursor === undefined ? {} : { cursor }, { timeout: listMs }),
				).catch((thrown) => {
					throw refusal(thrown) ?? thrown;
				});
				tools.push(...page.tools.map((tool) => listedToolSchema.parse(tool)));
				cursor = page.nextCursor;
			} while (cursor !== undefined);
			return tools;
		},
		async call(call) {
			try {
				return await withSession((line) => ask(line, call));
			} catch (thrown) {
				throw refusal(thrown) ?? toAiosError(thrown, call.signal);
			}
		},
		mcp: () =>
			shared.use(async (client) => ({
				endpoint,
				async send(init) {
					if (account === undefined || endpoint === undefined) throw new AiosError("unsupported", "It has no address.");
					const response = await account.fetch(endpoint, init);
					const refused = response.status === 401 || response.status === 403 ? account.refusal() : undefined;
					if (refused !== undefined) throw refused;
					return response;
				},
				modern: client.getProtocolEra() === "modern",
				offers: (what) => client.getServerCapabilities()?.[what] !== undefined,
				async request(method, params, signal) {
					try {
						const result = await withSession((line) => line.request({ method, params }, { signal, timeout: listMs }));
						return resultSchema.parse(result);
					} catch (thrown) {
						throw refusal(thrown) ?? toAiosError(thrown, signal);
					}
				},
			})),
		keepsSession: () => session,
		check: (signal) =>
			shared.use(async (client) => {
				const method = client.getProtocolEra() === "legacy" ? "ping" : "server/discover";
				await client.request({ method }, { signal });
			}),
		close: shared.close,
	};
}

/** Some transports wait for their server without an end. */
async function withLimit<T>(promise: Promise<T>, ms: number): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => reject(new AiosError("timeout", "It took too long.")), ms);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

async function send(client: Client, call: ConnectionCall): Promise<ConnectionResult> {
	const { signal, progress, traceparent, tracestate } = call;
	const _meta = {
		[metaKeys.session]: call.session,
		...(traceparent === undefined ? {} : { traceparent }),
		...(tracestate === undefined ? {} : { tracestate }),
	};
	const result = await client.callTool(
		{ name: call.tool, arguments: call.arguments, _meta },
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
	if (thrown instanceof Error && "code" in thrown && thrown.code === "UnexpectedRedirect") {
		return new AiosError("upstream_failed", "The server redirects elsewhere, which is not followed.", {
			cause: thrown,
		});
	}
	return new ConnectionLost("The server can't be reached.", !wasRefused(thrown), thrown);
}

import { AiosError, type Logger } from "../contract/index.ts";
import { type Connection, ConnectionLost } from "./connection.ts";
import { connectMcp } from "./mcp-client.ts";
import { type Account, SignInNeeded } from "./oauth/index.ts";
import { connectOpenApi } from "./openapi-client.ts";
import { createSharedLine } from "./shared-line.ts";

export type RemoteKind = "mcp" | "mcp-sse" | "openapi";

export interface RemoteConnection extends Connection {
	/** How the server turned out to speak; undefined before the first answer. */
	kind(): RemoteKind | undefined;
}

/**
 * Where servers put MCP below their address. A mounted app answers under its own slash and redirects to it, which is
 * not followed; one that kept its own path as well answers under both.
 */
const mountings = ["/mcp", "/mcp/", "/mcp/mcp"];

/** An address as it is kept: no trailing slash, query or fragment. */
export function baseOf(url: string): string {
	const { origin, pathname } = new URL(url);
	return `${origin}${pathname.replace(/\/+$/, "")}`;
}

/**
 * A line to a registered server, opened when first needed and again after it was lost. MCP over Streamable HTTP is tried
 * first, then the older SSE, then the operations of `/openapi.json`. A server that hangs is given up with `timeout`.
 */
export function createRemoteConnection(deps: {
	url: string;
	account: Account;
	log: Logger;
	onToolsChanged(): void;
}): RemoteConnection {
	const base = baseOf(deps.url);
	let kind: RemoteKind | undefined;
	let last: Connection | undefined;

	async function find(): Promise<Connection> {
		const endpoints = /\/(mcp|sse)$/.test(base)
			? [base, `${base}/`]
			: [...mountings.map((path) => `${base}${path}`), ...(new URL(base).pathname === "/" ? [] : [base])];
		const root = base.replace(/\/(mcp|sse)$/, "");
		const { account, onToolsChanged } = deps;
		const ways: { kind: RemoteKind; open(): Promise<Connection> }[] = [
			...endpoints.map((url) => ({
				kind: "mcp" as const,
				open: () => connectMcp({ url, transport: "http", account, onToolsChanged }),
			})),
			{ kind: "mcp-sse", open: () => connectMcp({ url: `${root}/sse`, transport: "sse", account, onToolsChanged }) },
			{ kind: "openapi", open: () => connectOpenApi({ url: root }) },
		];
		let refused: SignInNeeded | undefined;
		for (const way of ways) {
			if (refused !== undefined && way.kind !== "openapi") continue;
			try {
				const connection = await way.open();
				// What was away may not be what it was.
				if (kind !== undefined) onToolsChanged();
				kind = way.kind;
				last = connection;
				return connection;
			} catch (thrown) {
				// A bare 401 may stand before anything, also where plain HTTP is open; one that asks for a token is MCP's.
				if (thrown instanceof SignInNeeded && !thrown.said) refused = thrown;
				// What hangs in one way hangs in the others too, and each would cost its own wait.
				else if (thrown instanceof AiosError && !(thrown instanceof ConnectionLost)) throw thrown;
				deps.log.debug("a way to speak to a server does not work", { url: base, way: way.kind, error: String(thrown) });
			}
		}
		throw refused ?? new ConnectionLost(`Nothing at ${base} answers as MCP or has an OpenAPI description.`, false);
	}

	const shared = createSharedLine({
		open: find,
		isLost: (thrown) => thrown instanceof ConnectionLost,
		close: (connection) => connection.close(),
	});

	return {
		kind: () => kind,
		listTools: (token) => shared.use((connection) => connection.listTools(token)),
		call: (call) => shared.use((connection) => connection.call(call)),
		keepsSession: () => last?.keepsSession?.() ?? false,
		mcp: () => shared.use(async (connection) => connection.mcp?.()),
		close: shared.close,
	};
}

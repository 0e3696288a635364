const protocol = "2026-07-28";
const reserved = "io.modelcontextprotocol/";
/** The request envelope of protocol 2026-07-28; any other key under this prefix is left to the full server. */
const envelope = {
	version: `${reserved}protocolVersion`,
	client: `${reserved}clientInfo`,
	capabilities: `${reserved}clientCapabilities`,
};
const envelopeKeys = new Set(Object.values(envelope));

type Id = string | number;

export type LeanRequest = { id: Id; meta: Record<string, unknown>; progressToken: Id | undefined } & (
	| { method: "tools/list" }
	| { method: "tools/call"; name: string; input: Record<string, unknown> }
);

/** Reads a plain `tools/list` or `tools/call`; undefined for everything else, also for what is merely unusual. */
export function readLeanRequest(headers: Headers, body: unknown): LeanRequest | undefined {
	if (!isObject(body) || body.jsonrpc !== "2.0") return undefined;
	const { id, method, params } = body;
	if (!isId(id) || !isObject(params) || !isObject(params._meta)) return undefined;
	const { _meta: meta, ...given } = params;
	if (!isPlainEnvelope(meta) || !agrees(headers, method)) return undefined;
	const { progressToken } = meta;
	if (progressToken !== undefined && !isId(progressToken)) return undefined;
	if (method === "tools/list") return Object.keys(given).length === 0 ? { id, method, meta, progressToken } : undefined;
	const { name, arguments: input = {}, ...rest } = given;
	if (method !== "tools/call" || typeof name !== "string" || !isObject(input)) return undefined;
	if (Object.keys(rest).length > 0 || headers.get("mcp-name") !== name) return undefined;
	return { id, method, name, input, meta, progressToken };
}

function isPlainEnvelope(meta: Record<string, unknown>): boolean {
	const client = meta[envelope.client];
	if (meta[envelope.version] !== protocol || !isObject(meta[envelope.capabilities])) return false;
	if (!isObject(client) || typeof client.name !== "string" || typeof client.version !== "string") return false;
	for (const key in meta) if (key.startsWith(reserved) && !envelopeKeys.has(key)) return false;
	return true;
}

function agrees(headers: Headers, method: unknown): boolean {
	const accept = headers.get("accept") ?? "";
	return (
		headers.get("mcp-protocol-version") === protocol &&
		headers.get("mcp-method") === method &&
		accept.includes("application/json") &&
		accept.includes("text/event-stream")
	);
}

function isId(value: unknown): value is Id {
	return typeof value === "string" || (typeof value === "number" && Number.isSafeInteger(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

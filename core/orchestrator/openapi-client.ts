import { z } from "zod";
import { AiosError, abortError, type JsonSchema } from "../contract/index.ts";
import { readBounded } from "../streams/index.ts";
import { type Connection, type ConnectionCall, ConnectionLost, type ListedTool, wasRefused } from "./connection.ts";

const listMs = 5_000;
/** Longest description and longest answer taken, in bytes. */
const documentLimit = 5_000_000;
const answerLimit = 2_000_000;
const methods = ["get", "post", "put", "patch", "delete"] as const;

const schemaObject = z.record(z.string(), z.unknown());
const parameterSchema = z.object({
	name: z.string(),
	in: z.enum(["path", "query", "header", "cookie"]),
	required: z.boolean().optional(),
	schema: schemaObject.optional(),
	description: z.string().optional(),
});
const operationSchema = z.object({
	operationId: z.string().optional(),
	summary: z.string().optional(),
	description: z.string().optional(),
	parameters: z.array(z.unknown()).default([]),
	requestBody: z
		.object({
			required: z.boolean().optional(),
			content: z.record(z.string(), z.object({ schema: schemaObject.optional() })).default({}),
		})
		.optional(),
});
const documentSchema = z.object({
	openapi: z.string(),
	paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
	components: z.object({ schemas: z.record(z.string(), schemaObject).optional() }).optional(),
});

interface Operation {
	name: string;
	method: (typeof methods)[number];
	path: string;
	parameters: z.output<typeof parameterSchema>[];
	/** `spread`: the body's fields are the arguments; `whole`: the argument `body` is the body. */
	body: "none" | "spread" | "whole";
	listed: ListedTool;
}

/** A line to a server that speaks plain HTTP: each operation of its `/openapi.json` is a tool. Throws `unavailable` without one. */
export async function connectOpenApi({ url }: { url: string }): Promise<Connection> {
	let operations = await load(url);
	return {
		async listTools() {
			operations = await load(url);
			return [...operations.values()].map(({ listed }) => listed);
		},
		async call({ tool, arguments: input, signal, traceparent, tracestate }) {
			const operation = operations.get(tool);
			if (operation === undefined) throw new AiosError("not_found", `The server no longer has ${tool}.`);
			const response = await request(url, operation, input, signal, { traceparent, tracestate });
			const text = await boundedText(response, answerLimit);
			if (!response.ok) {
				const code = response.status === 422 || response.status === 400 ? "bad_request" : "upstream_failed";
				throw new AiosError(code, `The server answered ${response.status}: ${text.slice(0, 500)}`, {
					spoken: code === "bad_request" ? "The server did not accept these values." : "The server failed.",
				});
			}
			const value = parseJson(text);
			const output = schemaObject.safeParse(value);
			return { output: output.success ? output.data : { result: value }, text, say: undefined, attachments: [] };
		},
		close: async () => {},
	};
}

async function load(url: string): Promise<Map<string, Operation>> {
	try {
		const init: RequestInit = { signal: AbortSignal.timeout(listMs), redirect: "error" };
		const response = await fetch(`${url}/openapi.json`, init);
		if (!response.ok) throw new Error(`status ${response.status}`);
		const found = operationsOf(documentSchema.parse(JSON.parse(await boundedText(response, documentLimit))));
		if (found.size === 0) throw new Error("it describes no operation");
		return found;
	} catch (cause) {
		throw new ConnectionLost(`There is no OpenAPI description of any operation at ${url}/openapi.json.`, false, cause);
	}
}

function operationsOf(document: z.output<typeof documentSchema>): Map<string, Operation> {
	const definitions = document.components?.schemas ?? {};
	const found = new Map<string, Operation>();
	for (const [path, item] of Object.entries(document.paths)) {
		for (const method of methods) {
			const operation = operationSchema.safeParse(item[method]);
			// Health is how we watch the server, not something to be asked for.
			if (!operation.success || path === "/health") continue;
			const plain = path
				.replaceAll(/\{[^}]*\}/g, "")
				.split("/")
				.filter(Boolean)
				.join("_")
				.replaceAll(/[^\w.-]/g, "_");
			const short = plain === "" ? (operation.data.operationId ?? method) : plain;
			const name = found.has(short) ? `${method}_${short}` : short;
			found.set(name, describe(name, method, path, operation.data, definitions));
		}
	}
	return found;
}

function describe(
	name: string,
	method: Operation["method"],
	path: string,
	operation: z.output<typeof operationSchema>,
	definitions: Record<string, JsonSchema>,
): Operation {
	const parameters = operation.parameters.flatMap((raw) => {
		const parsed = parameterSchema.safeParse(raw);
		return parsed.success && (parsed.data.in === "path" || parsed.data.in === "query") ? [parsed.data] : [];
	});
	const content = operation.requestBody?.content["application/json"];
	const bodySchema = content === undefined ? undefined : resolve(content.schema ?? {}, definitions);
	const body =
		bodySchema === undefined ? "none" : bodySchema.type === "object" && parameters.length === 0 ? "spread" : "whole";
	const used = { $defs: definitions };
	const properties = Object.fromEntries(
		parameters.map((parameter) => [parameter.name, { description: parameter.description, ...parameter.schema }]),
	);
	const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
	const whole = body === "whole" ? { body: bodySchema } : {};
	const needsBody = body === "whole" && operation.requestBody?.required ? ["body"] : [];
	const inputSchema =
		body === "spread"
			? { ...bodySchema, ...used }
			: { type: "object", properties: { ...properties, ...whole }, required: [...required, ...needsBody], ...used };
	const listed: ListedTool = {
		name,
		title: operation.summary,
		description: operation.description ?? operation.summary ?? `${method.toUpperCase()} ${path}`,
		inputSchema: rewriteRefs(inputSchema),
		outputSchema: { type: "object" },
		annotations: hints[method],
	};
	return { name, method, path, parameters, body, listed };
}

/** What HTTP says of its methods (RFC 9110, 9.2). */
const hints: Record<Operation["method"], NonNullable<ListedTool["annotations"]>> = {
	get: { readOnlyHint: true },
	post: { readOnlyHint: false },
	put: { readOnlyHint: false, idempotentHint: true },
	patch: { readOnlyHint: false },
	delete: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
};

function resolve(schema: JsonSchema, definitions: Record<string, JsonSchema>): JsonSchema {
	const name = typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
	return name === undefined ? schema : (definitions[name] ?? {});
}

const asObject = z.record(z.string(), z.unknown());

/** Components of the document become `$defs` of the tool's own schema. */
function rewriteRefs(schema: JsonSchema): JsonSchema {
	return asObject.parse(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"#/$defs/')));
}

/** A value as one part of a path. Throws `bad_request` for one that would lead to another path. */
function segment(name: string, value: string): string {
	if (!/^\.{0,2}$/.test(value)) return encodeURIComponent(value);
	throw new AiosError("bad_request", `${name} can't be ${JSON.stringify(value)}.`);
}

async function request(
	url: string,
	{ method, path, parameters, body }: Operation,
	input: Record<string, unknown>,
	signal: AbortSignal,
	trace: Pick<ConnectionCall, "traceparent" | "tracestate">,
): Promise<Response> {
	const filled = path.replaceAll(/\{([^}]*)\}/g, (_all, name: string) => segment(name, String(input[name] ?? "")));
	const query = new URLSearchParams();
	for (const parameter of parameters) {
		const value = input[parameter.name];
		if (parameter.in !== "query" || value === undefined) continue;
		for (const one of Array.isArray(value) ? value : [value]) query.append(parameter.name, String(one));
	}
	const sent = body === "spread" ? input : input.body;
	const headers = {
		...(body === "none" ? {} : { "content-type": "application/json" }),
		...(trace.traceparent === undefined ? {} : { traceparent: trace.traceparent }),
		...(trace.tracestate === undefined ? {} : { tracestate: trace.tracestate }),
	};
	try {
		return await fetch(`${url}${filled}${query.size === 0 ? "" : `?${query}`}`, {
			method: method.toUpperCase(),
			signal,
			redirect: "error",
			headers,
			...(body === "none" ? {} : { body: JSON.stringify(sent ?? {}) }),
		});
	} catch (cause) {
		if (signal.aborted) throw abortError(signal);
		throw new ConnectionLost("The server can't be reached.", !wasRefused(cause), cause);
	}
}

async function boundedText({ body }: Response, limit: number): Promise<string> {
	const tooMuch = () => new AiosError("too_large", "The server's answer is too large.");
	return new TextDecoder().decode(await readBounded(body, limit, tooMuch));
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

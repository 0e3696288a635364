import {
	type CallToolRequest,
	type CallToolResult,
	type InputRequiredResult,
	type ListToolsResult,
	ProtocolError,
	ProtocolErrorCode,
	Server,
	type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { AiosError, type Assistant, type CatalogueTool, type Principal, type Tracer } from "../../contract/index.ts";
import { toMcpError, toMcpTool } from "../../surface/index.ts";
import { callThroughAssistant } from "./call.ts";
import type { Naming } from "./names.ts";
import { paginate } from "./paginate.ts";
import type { Passing } from "./pass.ts";
import { readingOf } from "./reading.ts";
import { describeFound, findTools, searchCalls, searchTools } from "./search.ts";

export interface GatewayServerDeps {
	title: string;
	version: string;
	instructions: string | undefined;
	naming: Naming;
	/** Every tool by its shown name. */
	tools(): ReadonlyMap<string, CatalogueTool>;
	/** Whether the caller has a right to a tool. */
	may(principal: Principal, tool: CatalogueTool): boolean;
	/** Throws `forbidden` where they have none, and keeps that they asked. */
	admit(principal: Principal, tool: CatalogueTool): void;
	principalOf(context: ServerContext): Principal;
	assistant: Assistant;
	tracer: Tracer | undefined;
	passing: Passing;
	/** Names of the servers whose resources and prompts are passed on. */
	servers(): readonly string[];
	/** Show five tools that find, describe and call the others. */
	search: boolean;
}

const foundInput = z.object({ query: z.string().max(1_000) });
const describedInput = z.object({ name: z.string() });
const calledInput = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** The MCP server of one endpoint of the gateway, for one request or one session. */
export function gatewayServer(deps: GatewayServerDeps): Server {
	const { naming, passing, principalOf, may } = deps;
	const server = new Server(
		{ name: naming.server ?? "aios", title: deps.title, version: deps.version },
		{
			capabilities: {
				tools: { listChanged: true },
				resources: {},
				prompts: {},
				completions: {},
			},
			...(deps.instructions === undefined ? {} : { instructions: deps.instructions }),
		},
	);

	server.setRequestHandler("tools/list", ({ params }, context): ListToolsResult => {
		if (deps.search) return { tools: [...searchTools] };
		const user = principalOf(context);
		const allowed = [...deps.tools()].filter(([, tool]) => may(user, tool));
		const { rows, nextCursor } = paginate(allowed, params?.cursor);
		return { tools: rows.map(([name, tool]) => toMcpTool(tool, name)), ...nextCursor };
	});
	server.setRequestHandler("tools/call", async (request, context) => {
		try {
			return await (deps.search
				? callSearching(request, context)
				: callNamed(request.params.name, request.params.arguments ?? {}, context));
		} catch (thrown) {
			if (thrown instanceof ProtocolError) throw thrown;
			return toMcpError(thrown);
		}
	});
	server.setRequestHandler("resources/list", async ({ params }) => {
		const { rows, nextCursor } = paginate(
			await passing.list("resources/list", "resources", "resources"),
			params?.cursor,
		);
		return { resources: rows.map((row) => ({ ...row, name: row.name ?? "", uri: row.uri ?? "" })), ...nextCursor };
	});
	server.setRequestHandler("resources/templates/list", async ({ params }) => {
		const listed = await passing.list("resources/templates/list", "resources", "resourceTemplates");
		const { rows, nextCursor } = paginate(listed, params?.cursor);
		const resourceTemplates = rows.map((row) => ({ ...row, name: row.name ?? "", uriTemplate: row.uriTemplate ?? "" }));
		return { resourceTemplates, ...nextCursor };
	});
	server.setRequestHandler("prompts/list", async ({ params }) => {
		const { rows, nextCursor } = paginate(await passing.list("prompts/list", "prompts", "prompts"), params?.cursor);
		return { prompts: rows.map((row) => ({ ...row, name: row.name ?? "" })), ...nextCursor };
	});
	server.setRequestHandler("resources/read", async ({ params }, context) => {
		const target = naming.findUri(params.uri, deps.servers());
		if (target === undefined) throw notFound(`Resource not found: ${params.uri}`);
		reads(principalOf(context), target.server);
		const result = await passed(target.server, "resources/read", { ...params, uri: target.uri }, context);
		return readResultSchema(naming, target.server).parse(result);
	});
	server.setRequestHandler("prompts/get", async ({ params }, context) => {
		const target = naming.find(params.name, deps.servers());
		if (target === undefined) throw notFound(`Prompt not found: ${params.name}`);
		reads(principalOf(context), target.server);
		const result = await passed(target.server, "prompts/get", { ...params, name: target.name }, context);
		return promptResultSchema.parse(result);
	});
	server.setRequestHandler("completion/complete", async ({ params }, context) => {
		const { ref } = params;
		const target =
			ref.type === "ref/prompt" ? naming.find(ref.name, deps.servers()) : naming.findUri(ref.uri, deps.servers());
		if (target === undefined) throw notFound("Nothing of that name completes.");
		reads(principalOf(context), target.server);
		const own = "uri" in target ? { type: "ref/resource", uri: target.uri } : { type: "ref/prompt", name: target.name };
		const result = await passed(target.server, "completion/complete", { ...params, ref: own }, context);
		return completionSchema.parse(result);
	});

	/** Resources and prompts are read with the right to read at that server. */
	function reads(user: Principal, name: string): void {
		deps.admit(user, readingOf(name));
	}

	async function passed(
		name: string,
		method: Parameters<Passing["send"]>[1],
		params: object,
		{ mcpReq }: ServerContext,
	) {
		try {
			return await passing.send(name, method, { ...params }, mcpReq.signal);
		} catch (thrown) {
			const { code, message } = AiosError.from(thrown);
			const wrong = code === "bad_request" || code === "not_found";
			throw new ProtocolError(wrong ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError, message);
		}
	}

	function find(name: string): CatalogueTool {
		const tool = deps.tools().get(name);
		if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}`);
		return tool;
	}

	async function callNamed(
		name: string,
		input: Record<string, unknown>,
		context: ServerContext,
	): Promise<CallToolResult | InputRequiredResult> {
		// Rights are the assistant's business: it also keeps what it refused.
		return callThroughAssistant(deps, find(name), input, principalOf(context), context);
	}

	async function callSearching({ params }: CallToolRequest, context: ServerContext) {
		const user = principalOf(context);
		const input: unknown = params.arguments ?? {};
		if (params.name === "find_tools") {
			const { query } = foundInput.parse(input);
			return text({ tools: findTools(deps.tools(), query, (tool) => may(user, tool)) });
		}
		if (params.name === "describe_tool") {
			const { name } = describedInput.parse(input);
			const tool = find(name);
			deps.admit(user, tool);
			return text({ ...describeFound(name, tool) });
		}
		const effects = Object.hasOwn(searchCalls, params.name) ? searchCalls[params.name] : undefined;
		if (effects === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
		const called = calledInput.parse(input);
		const tool = find(called.name);
		const { effect } = tool;
		if (may(user, tool) && !effects.includes(effect)) {
			throw new AiosError(
				"bad_request",
				`${called.name} is a ${effect} tool; ${params.name} takes ${effects.join(" and ")} ones.`,
			);
		}
		return callNamed(called.name, called.arguments, context);
	}

	return server;
}

function text(value: Record<string, unknown>): CallToolResult {
	return { content: [{ type: "text", text: JSON.stringify(value) }], structuredContent: value };
}

function notFound(message: string): ProtocolError {
	return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

const readResultSchema = (naming: Naming, server: string) =>
	z.looseObject({
		contents: z.array(
			z
				.union([
					z.looseObject({ uri: z.string(), text: z.string() }),
					z.looseObject({ uri: z.string(), blob: z.string() }),
				])
				.transform((content) => ({ ...content, uri: naming.showUri(server, content.uri) })),
		),
	});
const promptBlock = z.union([
	z.looseObject({ type: z.literal("text"), text: z.string() }),
	z.looseObject({ type: z.enum(["image"]), data: z.string(), mimeType: z.string() }),
	z.looseObject({ type: z.enum(["audio"]), data: z.string(), mimeType: z.string() }),
	z.looseObject({
		type: z.literal("resource"),
		resource: z.union([
			z.looseObject({ uri: z.string(), text: z.string() }),
			z.looseObject({ uri: z.string(), blob: z.string() }),
		]),
	}),
	z.looseObject({ type: z.literal("resource_link"), uri: z.string(), name: z.string() }),
]);
const promptResultSchema = z.looseObject({
	messages: z.array(z.looseObject({ role: z.enum(["user", "assistant"]), content: promptBlock })),
});
const completionSchema = z.looseObject({
	completion: z.looseObject({
		values: z.array(z.string()),
		total: z.number().optional(),
		hasMore: z.boolean().optional(),
	}),
});

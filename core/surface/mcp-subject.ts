import type {
	CallToolRequest,
	CallToolResult,
	InputRequiredResult,
	Server,
	ServerCapabilities,
	ServerContext,
	ServerOptions,
} from "@modelcontextprotocol/server";
import type { CallContext, CatalogueTool, Principal } from "../contract/index.ts";
import type { ToolResult } from "./run.ts";

/** What an MCP endpoint serves. */
export interface McpSubject {
	name: string;
	title: string;
	version: string;
	instructions?: string;
	tools: readonly CatalogueTool[];
	run(tool: CatalogueTool, input: unknown, context: CallContext): Promise<ToolResult>;
	/** Who calls, where the transport carries no credentials (standard input and output). */
	caller?: Principal;
	/** Further capabilities and request handlers (resources, prompts, tools that ask back). */
	extend?: McpExtension;
}

export interface McpExtension {
	capabilities: ServerCapabilities;
	/** How state that comes back with answers is checked; see the MCP library's `requestState`. */
	requestState?: ServerOptions["requestState"];
	install(server: Server): void;
	/** Tools that speak MCP themselves, listed after the definition's own. */
	tools?: readonly { name: string; inputSchema: { type: "object" } & Record<string, unknown>; description: string }[];
	/** Answers calls of those tools; undefined leaves the call to the definition. */
	callTool?(
		request: CallToolRequest,
		context: ServerContext,
	): Promise<CallToolResult | InputRequiredResult | undefined> | undefined;
}

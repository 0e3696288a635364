import type { Assistant, CatalogueTool, Principal, Tracer } from "../../contract/index.ts";
import type { Orchestrator } from "../../orchestrator/index.ts";
import { answerLean } from "../../surface/index.ts";
import { resultOf } from "./reply.ts";

/** One endpoint of the gateway, as its plain calls see it. */
export interface PlainEndpoint {
	name: string;
	title: string;
	/** Every tool by its shown name. */
	tools: ReadonlyMap<string, CatalogueTool>;
}

/**
 * Answers a plain call of a tool of our own servers without building an MCP server for it. Where somebody may have to
 * be asked (a caller who is set to be asked, a registered server that may ask back) the call goes the full way.
 */
export function createPlainCalls(deps: {
	version: string;
	assistant: Assistant;
	orchestrator: Pick<Orchestrator, "registered">;
	tracer?: Tracer;
}) {
	const { version, assistant, orchestrator, tracer } = deps;
	return (request: Request, body: unknown, principal: Principal, { name, title, tools }: PlainEndpoint) => {
		if ((principal.ask?.length ?? 0) > 0) return undefined;
		return answerLean(request, body, principal, {
			name,
			title,
			version,
			find(shown) {
				const tool = tools.get(shown);
				return tool === undefined || orchestrator.registered().includes(tool.server) ? undefined : tool;
			},
			async run(tool, input, { user, session, signal, progress }) {
				const call = { server: tool.server, tool: tool.name, arguments: input };
				const options = { user, session, origin: "mcp", signal, progress, traceparent: tracer?.current() };
				return resultOf(await assistant.command(call, { ...options, source: "direct" }));
			},
		});
	};
}

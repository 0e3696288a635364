import {
	AiosError,
	type CallContext,
	type CatalogueTool,
	type Clock,
	type Logger,
	type Requirement,
	type ServerDefinition,
	type Span,
	type Tracer,
	traced,
} from "../contract/index.ts";
import { describeServer } from "./describe.ts";
import { resolveTool, runTool, type ToolResult } from "./run.ts";
import { TurnLog } from "./turn-log.ts";

/** A server whose tools run in this process. */
export interface LocalServer {
	name: string;
	title: string;
	description: string;
	instructions: string | undefined;
	tools: readonly CatalogueTool[];
	run(tool: string, input: unknown, context: CallContext): Promise<ToolResult>;
	requirements(): Promise<Requirement[]>;
}

export interface LocalServerDeps {
	definition: ServerDefinition;
	/** What the definition's `adapters` made. */
	adapters: unknown;
	clock: Clock;
	log: Logger;
	tracer?: Tracer;
}

/** Makes a server's tools callable in this process. Throws what {@link runTool} throws, and `not_found` for an unknown tool. */
export function createLocalServer({ definition, adapters, clock, log, tracer }: LocalServerDeps): LocalServer {
	const tools = new Map(definition.tools.map((tool) => [tool.name, tool]));
	return {
		name: definition.name,
		title: definition.title,
		description: definition.description,
		instructions: definition.instructions,
		tools: describeServer(definition),
		async run(name, input, { user, session, signal, progress, resolve, turn, words, traceparent }) {
			const tool = tools.get(name);
			if (tool === undefined) throw new AiosError("not_found", `${definition.name} has no tool ${name}.`);
			const context = {
				user,
				session,
				signal,
				progress,
				...(words ? { words } : {}),
				clock,
				log: turn === undefined ? log : new TurnLog(log, turn),
			};
			const run = () => (resolve ? resolveTool : runTool)({ tool, input, adapters, context });
			if (tracer === undefined) return run();
			const attributes = {
				"gen_ai.operation.name": "execute_tool",
				"gen_ai.tool.name": name,
				"gen_ai.tool.type": "function",
				"aios.server": definition.name,
				"aios.effect": tool.effect,
			};
			const options = () => ({ parent: traceparent, attributes });
			const within = (span: Span | undefined) => (span === undefined ? run() : tracer.within(span, run));
			return traced(tracer, `execute_tool ${name}`, options, within);
		},
		requirements: async () => (await definition.requirements?.(adapters)) ?? [],
	};
}

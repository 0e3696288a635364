import type { CallContext, CatalogueTool, Clock, Logger, Requirement, ServerDefinition } from "../contract/index.ts";
import { AiosError } from "../contract/index.ts";
import { describeServer } from "./describe.ts";
import { resolveTool, runTool, type ToolResult } from "./run.ts";

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
}

/** Makes a server's tools callable in this process. Throws what {@link runTool} throws, and `not_found` for an unknown tool. */
export function createLocalServer({ definition, adapters, clock, log }: LocalServerDeps): LocalServer {
	const tools = new Map(definition.tools.map((tool) => [tool.name, tool]));
	return {
		name: definition.name,
		title: definition.title,
		description: definition.description,
		instructions: definition.instructions,
		tools: describeServer(definition),
		async run(name, input, { user, session, signal, progress, resolve }) {
			const tool = tools.get(name);
			if (tool === undefined) throw new AiosError("not_found", `${definition.name} has no tool ${name}.`);
			const context = { user, session, signal, progress, clock, log };
			return (resolve ? resolveTool : runTool)({ tool, input, adapters, context });
		},
		requirements: async () => (await definition.requirements?.(adapters)) ?? [],
	};
}

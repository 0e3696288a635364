import type { CatalogueTool, ServerDefinition } from "../contract/index.ts";

type Definitions = Readonly<Record<string, () => Promise<ServerDefinition>>>;

/**
 * Makes the sentence that is read back before a call: the tool's own for built-in servers, whose definition is loaded
 * only then; else its title and the arguments.
 */
export function createSummaries(definitions: Definitions) {
	return async (tool: CatalogueTool, input: Record<string, unknown>): Promise<string> => {
		const load = Object.hasOwn(definitions, tool.server) ? definitions[tool.server] : undefined;
		const own = (await load?.())?.tools.find(({ name }) => name === tool.name);
		const parsed = own?.input.safeParse(input);
		if (own !== undefined && parsed?.success) return own.summary(parsed.data);
		const said = Object.entries(input).map(([key, value]) => `${key.replaceAll("_", " ")} ${JSON.stringify(value)}`);
		return [tool.title, said.join(", ")].filter((part) => part !== "").join(": ");
	};
}

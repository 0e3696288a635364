import type { ListToolsResult } from "@modelcontextprotocol/server";
import type { CatalogueTool, Effect } from "../../contract/index.ts";
import { toMcpTool } from "../../surface/index.ts";

type McpTool = ListToolsResult["tools"][number];

/** Results of one search. */
const found = 20;

const callInput = (what: string): McpTool["inputSchema"] => ({
	type: "object",
	properties: {
		name: { type: "string", description: `Name of a ${what} tool, as find_tools gives it` },
		arguments: { type: "object", description: "The tool's input, as describe_tool gives it" },
	},
	required: ["name"],
	additionalProperties: false,
});

/** Which effects each of the calling tools takes, so that a client can allow one and ask about another. */
export const searchCalls: Readonly<Record<string, readonly Effect[]>> = {
	call_read_tool: ["read"],
	call_write_tool: ["write", "outbound"],
	call_destructive_tool: ["destructive"],
};

/** The five tools that stand for all of them where a client would drown in the full list. */
export const searchTools: readonly McpTool[] = [
	{
		name: "find_tools",
		title: "Find tools",
		description: "Finds tools by words of what should be done. Gives names, what each does and its effect.",
		inputSchema: {
			type: "object",
			properties: { query: { type: "string", description: "What should be done, in a few words" } },
			required: ["query"],
			additionalProperties: false,
		},
		annotations: { readOnlyHint: true, openWorldHint: false },
	},
	{
		name: "describe_tool",
		title: "Describe tool",
		description: "Gives one tool's full description and input schema.",
		inputSchema: {
			type: "object",
			properties: { name: { type: "string" } },
			required: ["name"],
			additionalProperties: false,
		},
		annotations: { readOnlyHint: true, openWorldHint: false },
	},
	{
		name: "call_read_tool",
		title: "Call a reading tool",
		description: "Calls a tool that changes nothing.",
		inputSchema: callInput("reading"),
		annotations: { readOnlyHint: true },
	},
	{
		name: "call_write_tool",
		title: "Call an acting tool",
		description: "Calls a tool that changes or sends something.",
		inputSchema: callInput("changing or sending"),
		annotations: { readOnlyHint: false, destructiveHint: false },
	},
	{
		name: "call_destructive_tool",
		title: "Call a destructive tool",
		description: "Calls a tool that loses something for good.",
		inputSchema: callInput("destructive"),
		annotations: { readOnlyHint: false, destructiveHint: true },
	},
];

/** Tools that fit the words best: words in the name count most, then in the title, then in the description. */
export function findTools(tools: ReadonlyMap<string, CatalogueTool>, query: string) {
	const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
	return [...tools]
		.map(([name, tool]) => ({ name, tool, score: score(name, tool, words) }))
		.filter((candidate) => candidate.score > 0)
		.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
		.slice(0, found)
		.map(({ name, tool }) => ({ name, title: tool.title, description: tool.description, effect: tool.effect }));
}

function score(name: string, tool: CatalogueTool, words: readonly string[]): number {
	const examples = [...(tool.voice?.en.sentences ?? []), ...(tool.voice?.en.examples ?? [])].join(" ").toLowerCase();
	const [inName, inTitle, inText] = [name.toLowerCase(), tool.title.toLowerCase(), tool.description.toLowerCase()];
	return words.reduce(
		(sum, word) =>
			sum +
			(inName.includes(word) ? 4 : 0) +
			(inTitle.includes(word) ? 3 : 0) +
			(inText.includes(word) ? 2 : 0) +
			(examples.includes(word) ? 1 : 0),
		0,
	);
}

/** One tool in full, as the plain list would show it. */
export function describeFound(name: string, tool: CatalogueTool): McpTool {
	return toMcpTool(tool, name);
}

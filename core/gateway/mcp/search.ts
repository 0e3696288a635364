import type { ListToolsResult } from "@modelcontextprotocol/server";
import MiniSearch from "minisearch";
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

interface Entry {
	id: string;
	name: string;
	title: string;
	description: string;
	/** What people say to reach it. */
	said: string;
}

/** Words that say nothing about which tool is meant. */
const filler = new Set(
	"a an and are as at be by can do for from get give how i in into is it let me my of on or please show some tell that the this to use want what which with you your".split(
		" ",
	),
);

/** An index of every catalogue in use; it is made anew when the catalogue changes. */
const indexes = new WeakMap<ReadonlyMap<string, CatalogueTool>, MiniSearch<Entry>>();

function indexOf(tools: ReadonlyMap<string, CatalogueTool>): MiniSearch<Entry> {
	const known = indexes.get(tools);
	if (known !== undefined) return known;
	const index = new MiniSearch<Entry>({
		fields: ["name", "title", "description", "said"],
		tokenize: (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [],
		processTerm: (term) => {
			const word = stemmed(term.toLowerCase());
			return filler.has(word) ? null : word;
		},
		searchOptions: { boost: { name: 3, title: 2, said: 1.5 }, prefix: (term) => term.length > 3, fuzzy: 0.15 },
	});
	index.addAll(
		[...tools].map(([id, { title, description, voice }]) => ({
			id,
			name: id.replaceAll("_", " "),
			title,
			description,
			said: [...(voice?.en.sentences ?? []), ...(voice?.en.examples ?? [])].join(" "),
		})),
	);
	indexes.set(tools, index);
	return index;
}

/** Plurals and endings of verbs, so that "reading emails" finds what reads an email. */
function stemmed(word: string): string {
	if (word.length < 5) return word.length > 3 ? word.replace(/s$/, "") : word;
	return word.replace(/(?:ies$)/, "y").replace(/(?<=[^aeiou])(?:ing|ed|es|s)$/, "");
}

/** Tools that fit the words best, by BM25 over names, titles, descriptions and sentences. `may` leaves out the rest. */
export function findTools(
	tools: ReadonlyMap<string, CatalogueTool>,
	query: string,
	may: (tool: CatalogueTool) => boolean = () => true,
) {
	const hits = indexOf(tools).search(query, {
		filter: ({ id }) => {
			const tool = tools.get(id);
			return tool !== undefined && may(tool);
		},
	});
	return hits.slice(0, found).flatMap(({ id }) => {
		const tool = tools.get(id);
		return tool === undefined
			? []
			: [{ name: String(id), title: tool.title, description: tool.description, effect: tool.effect }];
	});
}

/** One tool in full, as the plain list would show it. */
export function describeFound(name: string, tool: CatalogueTool): McpTool {
	return toMcpTool(tool, name);
}

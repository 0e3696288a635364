import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount, sayList, soundsLike } from "../../../core/text/index.ts";
import type { MainAdapters } from "../adapters/index.ts";
import { sampleSentence } from "./sample-sentence.ts";

/** Example sentences said at once; the page shows all. */
const mostSaid = 4;
const leastAlike = 0.75;

export const help = defineTool({
	name: "help",
	title: "Help",
	description: "Tells what can be said, in all or about one subject.",
	effect: "read",
	input: z.object({ topic: slot("name", z.string().min(1).max(100)).optional().describe("A server or tool: github") }),
	output: z.object({
		topics: z.array(
			z.object({
				server: z.string(),
				tools: z.array(
					z.object({ name: z.string(), title: z.string(), description: z.string(), say: z.array(z.string()) }),
				),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(help|help me) (with|about|on) {topic}",
				"what can (you|i) (do|say|ask) (with|about|for) {topic}",
				"how do i use {topic}",
			],
			fixed: [
				{ text: "help [me]", values: {} },
				{ text: "what can (you do|i say|i ask|i ask you|you help me with|you help with)", values: {} },
				{ text: "what (do you know|are you able to do|can i ask you to do)", values: {} },
				{
					text: "(what are your|list your|show me your|tell me your) (skills|commands|abilities|capabilities|features)",
					values: {},
				},
				{ text: "how (can|do) you help [me]", values: {} },
				{ text: "(show|list|what are) [the|all] [available] (commands|tools)", values: {} },
			],
			examples: ["i don't know what to say to you"],
		},
	},
	say: ({ topics }) => {
		const tools = topics.flatMap((topic) => topic.tools);
		if (topics.length === 0) return "There is nothing I can do yet.";
		// One from each subject in turn, so that four sentences show the breadth.
		const first = topics.length > 1 ? topics.map((topic) => topic.tools[0]) : tools;
		const said = first.flatMap((tool) => tool?.say.slice(0, 1) ?? []).slice(0, mostSaid);
		return `I can do ${sayCount(tools.length, "thing")}. For example, say: ${sayList(
			said.map((text) => `"${text}"`),
			"or",
		)}.`;
	},
	run({ topic }, { catalogue }: MainAdapters) {
		const tools = catalogue().filter(
			(tool) => (tool.voice?.en.sentences.length ?? 0) + (tool.voice?.en.fixed?.length ?? 0) > 0,
		);
		const wanted = topic?.toLowerCase().replace(/s$/, "");
		const fits = (name: string) =>
			wanted === undefined || soundsLike(name.replaceAll("_", " "), wanted) >= leastAlike || name.includes(wanted);
		const byServer = tools.filter((tool) => fits(tool.server));
		const chosen = byServer.length > 0 ? byServer : tools.filter((tool) => fits(tool.name) || fits(tool.title));
		if (chosen.length === 0 && topic !== undefined) {
			const servers = [...new Set(tools.map((tool) => tool.server))];
			throw new AiosError("not_found", `I know nothing about ${topic}.`, {
				fix: `Ask about ${sayList(servers, "or")}.`,
			});
		}
		const topics = [...new Set(chosen.map((tool) => tool.server))].map((server) => ({
			server,
			tools: chosen
				.filter((tool) => tool.server === server)
				.map((tool) => ({
					name: tool.name,
					title: tool.title,
					description: tool.description,
					say: [...(tool.voice?.en.fixed ?? []).map(({ text }) => text), ...(tool.voice?.en.sentences ?? [])]
						.slice(0, 3)
						.map((text) => sampleSentence(text, tool)),
				})),
		}));
		return { topics };
	},
});

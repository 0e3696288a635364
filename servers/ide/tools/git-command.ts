import { basename } from "node:path";
import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { lasting } from "../../../core/work/index.ts";
import { guardArguments, guardPaths, type IdeAdapters } from "../adapters/index.ts";
import { named, repositoryField } from "./shared.ts";

const command = defineTool({
	name: "git_command",
	title: "Git command",
	description:
		"Runs a git command in a repository. Options that run other programs or reach past the repository are refused. What takes long goes on behind the answer.",
	effect: "destructive",
	input: z.object({
		repository: repositoryField,
		arguments: z.array(z.string().max(10_000)).min(1).max(200).describe('Words after "git", one each'),
	}),
	output: z.object({ repository: z.string(), output: z.string() }),
	voice: {
		en: {
			sentences: ["run [a] git command in {repository}"],
			fixed: [
				{
					text: "[run|do] [a] [git] push [it|this|everything] [(to|up to) (github|git hub|the server|origin|the remote)] [in {repository}]",
					values: { arguments: ["push"] },
				},
				{
					text: "push [my|the|all] (changes|commits|work|code|branch) [(to|up to) (github|git hub|the server|origin|the remote)] [(in|of) {repository}]",
					values: { arguments: ["push"] },
				},
				{
					text: "[run|do] [a] [git] pull [from (github|git hub|the server|origin|the remote)] [in {repository}]",
					values: { arguments: ["pull"] },
				},
				{
					text: "(pull|get|fetch) [the] [latest|newest|new] (changes|commits|code) [from (github|git hub|the server|origin|the remote)] [(in|of|for) {repository}]",
					values: { arguments: ["pull"] },
				},
				{ text: "update [the|my] (repository|repo) [{repository}]", values: { arguments: ["pull"] } },
				{ text: "[git] stash [all|my|the] (changes|work)", values: { arguments: ["stash"] } },
				{ text: "git stash", values: { arguments: ["stash"] } },
				{ text: "(git stash pop|pop the stash|bring back the stash)", values: { arguments: ["stash", "pop"] } },
				{ text: "undo (the|my) last commit", values: { arguments: ["reset", "--soft", "HEAD~1"] } },
			],
			ask: { arguments: "Which git command?" },
		},
	},
	timeoutMs: 300_000,
	summary: ({ repository, arguments: words }) =>
		`Run git ${words.map((word) => (/^[\w./:=@%+,~^-]+$/.test(word) ? word : JSON.stringify(word))).join(" ")} in ${repository === undefined ? "the usual repository" : basename(repository)}`,
	say({ output }, { arguments: words }) {
		const text = output.trim();
		const [command] = words[0] === "git" ? words.slice(1) : words;
		if (command === "push" && !/up-to-date/.test(text)) return `Pushed${naming(" to", /-> (\S+)$/m.exec(text)?.[1])}.`;
		if (command === "pull" && !/up to date/.test(text))
			return `Pulled${naming(":", /\d+ files? changed/.exec(text)?.[0])}.`;
		if (text === "") return "Done.";
		return text.length <= 200 && !text.includes("\n") ? text : "Done. The output is on the page.";
	},
	resolve: (input, adapters: IdeAdapters, context) => named(input, adapters, context),
	async run({ repository, arguments: words }, { repositories, folders }: IdeAdapters, { signal, write }) {
		const args = guardArguments(words);
		const { root, work } = await repositories.open(repository, signal);
		await guardPaths(args.slice(1), root, folders);
		return { repository: root, output: await work(args, write) };
	},
});

/** " to main" where it is known. */
function naming(before: string, what: string | undefined): string {
	return what === undefined ? "" : `${before} ${what}`;
}

/** Any git command a person works with, guarded against options that run programs. */
export const gitCommand = lasting(command, {
	still: "Git is still at it",
	over: "Git is done",
	broke: "Git could not do it",
	shows: "start",
});

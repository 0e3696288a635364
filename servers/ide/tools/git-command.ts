import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { guardArguments, guardPaths, type IdeAdapters } from "../adapters/index.ts";
import { cut, repositoryField } from "./shared.ts";

/** Any git command a person works with, guarded against options that run programs. */
export const gitCommand = defineTool({
	name: "git_command",
	title: "Git command",
	description:
		"Runs a git command in a repository. Options that run other programs or reach past the repository are refused.",
	effect: "destructive",
	input: z.object({
		repository: repositoryField,
		arguments: z.array(z.string().max(10_000)).min(1).max(200).describe('Words after "git", one each'),
	}),
	output: z.object({ repository: z.string(), output: z.string(), truncated: z.boolean() }),
	voice: {
		en: {
			sentences: ["run [a] git command in {repository}"],
			fixed: [
				{ text: "push [my|the] (changes|commits|work)", values: { arguments: ["push"] } },
				{ text: "push (it|this|everything)", values: { arguments: ["push"] } },
				{ text: "git push", values: { arguments: ["push"] } },
				{ text: "pull [the] [latest|newest] (changes|commits)", values: { arguments: ["pull"] } },
				{ text: "git pull", values: { arguments: ["pull"] } },
			],
			ask: { arguments: "Which git command?" },
		},
	},
	timeoutMs: 300_000,
	summary: ({ repository, arguments: words }) =>
		`Run git ${words.map((word) => (/^[\w./:=@%+,~^-]+$/.test(word) ? word : JSON.stringify(word))).join(" ")} in ${repository ?? "the usual repository"}`,
	say({ output }) {
		const text = output.trim();
		if (text === "") return "Done.";
		return text.length <= 200 && !text.includes("\n") ? text : "Done. The output is on the page.";
	},
	async run({ repository, arguments: words }, { repositories, folders }: IdeAdapters, { signal }) {
		const args = guardArguments(words);
		const { root, run } = await repositories.open(repository, signal);
		await guardPaths(args.slice(1), root, folders);
		const { text, truncated } = cut(await run(args));
		return { repository: root, output: text, truncated };
	},
});

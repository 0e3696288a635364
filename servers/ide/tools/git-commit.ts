import { basename } from "node:path";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import { lasting } from "../../../core/work/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";
import { named, repositoryField } from "./shared.ts";

const commit = defineTool({
	name: "git_commit",
	title: "Git commit",
	description:
		"Commits staged changes, or with `all` every change, or the paths given. Commit hooks run; where they take long, it goes on behind the answer.",
	effect: "write",
	idempotent: false,
	input: z.object({
		repository: repositoryField,
		message: slot("text", z.string().trim().min(1).max(10_000)),
		all: z.boolean().default(true).describe("Every change, new files too; false: what is staged"),
		paths: z.array(z.string().min(1).max(4096)).max(500).default([]),
	}),
	output: z.object({ repository: z.string(), commit: z.string(), branch: z.string(), files: z.number().int() }),
	voice: {
		en: {
			sentences: [
				"(commit|git commit) [my|the|all] (changes|work|files) [in {repository}] [with [the]] [message|saying] {message}",
				"(commit|git commit) (everything|all|it|this|that) [in {repository}] [with [the]] [message|saying|as] {message}",
				"(commit|git commit) [in {repository}] (with the message|with message|saying|as) {message}",
				"(commit|git commit) [with [the]] (message|saying) {message}",
				"make a commit [in {repository}] [with [the]] [message|saying] {message}",
			],
			examples: ["git commit", "commit my work", "save my changes to git"],
			ask: { message: "What should the commit message say?" },
		},
	},
	timeoutMs: 300_000,
	summary: ({ message, repository }) =>
		`Commit with the message "${message}"${repository === undefined ? "" : ` in ${basename(repository)}`}`,
	resolve: (input, adapters: IdeAdapters, context) => named(input, adapters, context),
	say: ({ files, branch }) => `Committed ${sayCount(files, "file")} on ${branch}.`,
	async run({ repository, message, all, paths }, { repositories }: IdeAdapters, { signal, write }) {
		const { root, git, run, work } = await repositories.open(repository, signal);
		if (paths.length > 0) await work(["add", "--", ...paths], write);
		else if (all) await work(["add", "--all"], write);
		const staged = (await run(["diff", "--cached", "--name-only", "-z"])).split("\0").filter((name) => name !== "");
		if (staged.length === 0) {
			throw new AiosError("conflict", "There is nothing to commit.", { spoken: "There is nothing to commit." });
		}
		await work(["commit", "--quiet", `--message=${message}`], write);
		const id = (await run(["rev-parse", "HEAD"])).trim();
		return { repository: root, commit: id, branch: (await git.status()).current ?? "no branch", files: staged.length };
	},
});

/** Commits what has changed; the message is asked for where none was said. */
export const gitCommit = lasting(commit, {
	still: "It is still being committed",
	over: "The commit is through",
	broke: "The commit failed",
});

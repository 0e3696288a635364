import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

/** A branch name git takes (git check-ref-format), and no option. */
const branchName = z
	.string()
	.max(200)
	.regex(/^(?![-./])(?!.*(\.\.|@\{|\/\/|\.lock$|[./]$))[^\s~^:?*[\\\x7f]+$/, "a branch name");

/** Lists branches, makes one, or switches to one. */
export const gitBranch = defineTool({
	name: "git_branch",
	title: "Git branch",
	description:
		"Lists branches; with `create` makes one and switches to it; with `switch` goes to one. Uncommitted work is never lost.",
	effect: "write",
	idempotent: false,
	input: z.object({
		repository: repositoryField,
		create: slot("name", branchName).optional(),
		switch: slot("name", branchName).optional(),
	}),
	output: z.object({ repository: z.string(), current: z.string().nullable(), branches: z.array(z.string()) }),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the] [git] branches [of|in] [{repository}]",
				"(which|what) branches (are there|do i have) [in {repository}]",
				"(create|make) [a] [new] [git] branch [called|named] {create} [in {repository}]",
				"(switch|change|go) to [the] [git] branch {switch} [in {repository}]",
				"(switch|change|go) to [the] {switch} branch [in {repository}]",
				"(check out|checkout) [the] [branch] {switch} [in {repository}]",
			],
		},
	},
	say({ current, branches }, { create, switch: target }) {
		if (create !== undefined) return `You are on the new branch ${create}.`;
		if (target !== undefined) return `You are on ${target}.`;
		return `There ${branches.length === 1 ? "is" : "are"} ${sayCount(branches.length, "branch", "branches")}; you are on ${current ?? "none"}.`;
	},
	async run({ repository, create, switch: target }, { repositories }: IdeAdapters, { signal }) {
		const { root, git, run } = await repositories.open(repository, signal);
		if (create !== undefined) await run(["switch", "--quiet", "--create", create]);
		if (target !== undefined && target !== create) await run(["switch", "--quiet", target]);
		const { current, all } = await git.branchLocal();
		return { repository: root, current: current === "" ? null : current, branches: all };
	},
});

import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";
import { maxFiles, repositoryField } from "./shared.ts";

/** What has changed and where the branch stands. */
export const gitStatus = defineTool({
	name: "git_status",
	title: "Git status",
	description: "The branch, how far it is from its upstream, and what has changed.",
	effect: "read",
	role: "user",
	input: z.object({ repository: repositoryField }),
	output: z.object({
		repository: z.string(),
		branch: z.string().nullable(),
		upstream: z.string().nullable(),
		ahead: z.number().int(),
		behind: z.number().int(),
		clean: z.boolean(),
		files: z.array(z.object({ path: z.string(), index: z.string(), working_tree: z.string() })),
		changed: z.number().int().describe("Files in all, where not all of them are shown"),
		conflicted: z.array(z.string()),
	}),
	voice: {
		en: {
			sentences: [
				"[show|what is|what's|run|do] [me] [the|a] git status [of|in|for] [the] [repository] [{repository}]",
				"(what has|what's|what) changed in (git|the repository|the repo|the project|my project|my code|the code)",
				"(what has|what's|what|has anything|did anything) (changed|change) in [the] [repository|project] {repository}",
				"(is|are) (everything|all|my changes|all my changes) (committed|pushed) [in {repository}]",
				"any uncommitted changes [in {repository}]",
				"(what|which) branch is {repository} on",
				"(what|which) branch am i on in {repository}",
				"what is the (state|status) of [the] (repository|repo|project) [{repository}]",
				"(which|what) branch am i on",
				"what (have i changed|did i change) [in {repository}]",
				"(is there|do i have) (anything|something) to commit [in {repository}]",
				"what (has changed|is changed|changed|did i change|have i changed) since (the|my) last commit [in {repository}]",
				"(what|which) branch is (this|checked out)",
				"(are there|do i have) [any] uncommitted changes [in {repository}]",
			],
			examples: ["what did i change", "is my working tree clean"],
		},
	},
	say({ branch, ahead, behind, clean, changed, conflicted }) {
		const where = branch === null ? "You are on no branch" : `You are on ${branch}`;
		const distance = [
			ahead > 0 ? `${sayCount(ahead, "commit")} ahead` : "",
			behind > 0 ? `${sayCount(behind, "commit")} behind` : "",
		]
			.filter(Boolean)
			.join(" and ");
		const state =
			conflicted.length > 0
				? `${sayCount(conflicted.length, "file")} in conflict`
				: clean
					? "nothing to commit"
					: `${sayCount(changed, "changed file")}`;
		return `${where}${distance === "" ? "" : `, ${distance}`}: ${state}.`;
	},
	async run({ repository }, { repositories }: IdeAdapters, { signal }) {
		const { root, git } = await repositories.open(repository, signal);
		const status = await git.status();
		return {
			repository: root,
			branch: status.current,
			upstream: status.tracking,
			ahead: status.ahead,
			behind: status.behind,
			clean: status.isClean(),
			changed: status.files.length,
			files: status.files
				.slice(0, maxFiles)
				.map(({ path, index, working_dir }) => ({ path, index, working_tree: working_dir })),
			conflicted: status.conflicted.slice(0, maxFiles),
		};
	},
});

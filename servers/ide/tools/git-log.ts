import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

/** Fields apart by characters no message contains. */
const format = ["%H", "%h", "%an", "%aI", "%s", "%b"].join("%x1f");

/** The newest commits. */
export const gitLog = defineTool({
	name: "git_log",
	title: "Git log",
	description: "Commits, newest first: of a branch, a path, an author or since a date; paged.",
	effect: "read",
	role: "user",
	input: z.object({
		repository: repositoryField,
		limit: slot("integer", z.number().int().min(1).max(500)).default(20),
		skip: z.number().int().min(0).max(1_000_000).default(0),
		branch: z
			.string()
			.regex(/^[\w./@-]+$/)
			.refine((text) => !text.startsWith("-"))
			.optional(),
		author: slot("name", z.string().min(1).max(200)).optional(),
		since: z.string().min(1).max(100).optional().describe("A date, or words as git has them: 2 weeks ago"),
		path: z.string().min(1).max(4096).optional(),
	}),
	output: z.object({
		repository: z.string(),
		commits: z.array(
			z.object({
				id: z.string(),
				short: z.string(),
				author: z.string(),
				date: z.string(),
				subject: z.string(),
				body: z.string(),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"[show|run|do] [me] [the|a] git (log|history) [of|in|for] [{repository}]",
				"[show] [me] [the] last {limit} commits [of|in] [{repository}]",
				"what did {author} commit [in {repository}]",
				"(what were|what are|show [me]) the (last|latest|recent|newest) commits [of|in] [{repository}]",
			],
			fixed: [
				{ text: "(what was|what's|show me) the (last|latest) commit", values: { limit: 1 } },
				{ text: "(who|when) (committed|made a commit|did i commit) last [in {repository}]", values: { limit: 1 } },
				{ text: "who made the (last|latest|newest) (commit|change|changes) [in {repository}]", values: { limit: 1 } },
				{
					text: "(what was|what's|what is|show me|read me) the (last|latest|newest) commit (in|of) {repository}",
					values: { limit: 1 },
				},
				{ text: "when was the (last|latest|newest) commit [in {repository}]", values: { limit: 1 } },
				{ text: "what did i (commit|do) last [in {repository}]", values: { limit: 1 } },
			],
			examples: ["what was committed recently"],
		},
	},
	say({ commits }) {
		const [first] = commits;
		if (first === undefined) return "There are no commits.";
		const newest = `the ${commits.length === 1 ? "last" : "newest"} is by ${first.author}: ${first.subject}`;
		return commits.length === 1
			? `${newest[0]?.toUpperCase()}${newest.slice(1)}.`
			: `${sayCount(commits.length, "commit")}; ${newest}.`;
	},
	async run({ repository, limit, skip, branch, author, since, path }, { repositories }: IdeAdapters, { signal }) {
		const { root, run } = await repositories.open(repository, signal);
		const args = ["log", "-z", `--format=${format}`, `--max-count=${limit}`, `--skip=${skip}`];
		if (author !== undefined) args.push(`--author=${author}`, "--regexp-ignore-case");
		if (since !== undefined) args.push(`--since=${since}`);
		if (branch !== undefined) args.push(branch);
		const text = await run([...args, "--", ...(path === undefined ? [] : [path])]).catch((error: unknown) => {
			if (error instanceof Error && /does not have any commits yet/.test(error.message)) return "";
			if (error instanceof Error && /unknown revision|bad revision/.test(error.message))
				throw new AiosError("not_found", `There is no branch ${branch}.`);
			throw error;
		});
		const commits = text
			.split("\0")
			.filter((entry) => entry !== "")
			.map((entry) => {
				const [id = "", short = "", by = "", date = "", subject = "", body = ""] = entry.split("\x1f");
				return { id: id.trim(), short, author: by, date, subject, body: body.trim().slice(0, 2000) };
			});
		return { repository: root, commits };
	},
});

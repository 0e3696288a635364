import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { GithubAdapters } from "../adapters/index.ts";
import {
	ask,
	askPage,
	clip,
	named,
	nextPage,
	number,
	open,
	pageFields,
	part,
	repositoryField,
	sayListed,
	textOffset,
} from "./shared.ts";

const issueSchema = z.object({
	number: z.number().int(),
	title: z.string(),
	state: z.string(),
	author: z.string(),
	labels: z.array(z.string()),
	comments: z.number().int(),
	body: z.string().describe("Its first 4,000 characters; get_issue reads on"),
	url: z.string(),
	updated: z.string(),
});

interface ApiIssue {
	number: number;
	title: string;
	state: string;
	user: { login: string } | null;
	labels: (string | { name?: string | null })[];
	comments: number;
	body?: string | null;
	html_url: string;
	updated_at: string;
}

function toIssue(issue: ApiIssue): z.output<typeof issueSchema> {
	return {
		number: issue.number,
		title: issue.title,
		state: issue.state,
		author: issue.user?.login ?? "nobody",
		labels: issue.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
		comments: issue.comments,
		body: clip(issue.body),
		url: issue.html_url,
		updated: issue.updated_at,
	};
}

/** Issues of a repository; pull requests, which GitHub counts among them, are left out. */
export const listIssues = defineTool({
	name: "list_issues",
	title: "List issues",
	description: "Issues of a repository, the last updated first; by state, label or assignee; paged.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		repository: repositoryField,
		state: z.enum(["open", "closed", "all"]).default("open"),
		labels: z.array(z.string().min(1).max(100)).max(20).default([]),
		assignee: z
			.string()
			.regex(/^(\*|none|[A-Za-z0-9-]{1,39})$/)
			.optional(),
		...pageFields,
	}),
	output: z.object({ issues: z.array(issueSchema), ...nextPage }),
	voice: {
		en: {
			sentences: [
				"(list|show|read|check) [me] [the|all|my] [open] (issues|bugs|tickets|bug reports) (in|of|on|for) {repository}",
				"(are there|which are the|what are the) [any] [open] (issues|bugs|tickets) [open] (in|of|on|for) {repository}",
				"(what|which|how many) [open] (issues|bugs|tickets) (are|are there|does it have) [still] [open] (in|on|for) {repository}",
				"how many [open] (issues|bugs|tickets) does {repository} have",
				"does {repository} have [any] [open] (issues|bugs|tickets)",
				"any [open] issues (in|on|for) {repository}",
			],
			ask: { repository: "Of which repository?" },
		},
	},
	say({ issues, next_page }, { state, page }) {
		const [first] = issues;
		const kind = state === "all" ? "issue" : `${state} issue`;
		return first === undefined
			? `There is no ${kind}.`
			: `${sayListed(issues.length, { page, next_page }, kind)}. The newest is number ${first.number}: ${first.title}.`;
	},
	async run({ repository, state, labels, assignee, limit, page }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const filter = {
			...(labels.length === 0 ? {} : { labels: labels.join(",") }),
			...(assignee === undefined ? {} : { assignee }),
		};
		const { data, next } = await askPage(
			`the repository ${name}`,
			page,
			github.rest.issues.listForRepo({ ...at, state, ...filter, per_page: limit, page, sort: "updated" }),
		);
		return { issues: data.filter((issue) => issue.pull_request === undefined).map(toIssue), ...next };
	},
});

/** One issue with what was said to it. */
export const getIssue = defineTool({
	name: "get_issue",
	title: "Show issue",
	description: "An issue or the talk of a pull request: its text and its comments, the first ones first; paged.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		repository: repositoryField,
		number,
		offset: textOffset,
		...pageFields,
	}),
	output: issueSchema.extend({
		next: z.number().int().optional().describe("Offset of the rest of its text"),
		said: z.array(z.object({ author: z.string(), at: z.string(), body: z.string() })).describe("Comments of this page"),
		...nextPage,
	}),
	voice: {
		en: {
			sentences: [
				"(show|open|read|tell|give) [me] [about] [the] (issue|bug|ticket) [number] {number} (in|of|on) {repository}",
				"what is [the] (issue|bug|ticket) [number] {number} [about] (in|of|on) {repository}",
				"what does [the] (issue|bug|ticket) [number] {number} (in|of|on) {repository} say",
			],
			ask: { number: "Which number?", repository: "In which repository?" },
		},
	},
	say: ({ number: id, title, state, author, comments }) =>
		`Issue ${id} by ${author}, ${title}, is ${state}, with ${comments === 0 ? "no comments" : sayCount(comments, "comment")}.`,
	async run({ repository, number: id, offset, limit, page }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const what = `the issue ${id} of ${name}`;
		const [issue, comments] = await Promise.all([
			ask(what, github.rest.issues.get({ ...at, issue_number: id })),
			askPage(what, page, github.rest.issues.listComments({ ...at, issue_number: id, per_page: limit, page })),
		]);
		return {
			...toIssue(issue),
			...part(issue.body, offset),
			said: comments.data.map(({ user, created_at, body }) => ({
				author: user?.login ?? "nobody",
				at: created_at,
				body: clip(body, 8_000),
			})),
			...comments.next,
		};
	},
});

/** Opens an issue. */
export const createIssue = defineTool({
	name: "create_issue",
	title: "Create issue",
	description: "Opens an issue in a repository.",
	effect: "outbound",
	input: z.object({
		repository: repositoryField,
		title: slot("text", z.string().trim().min(1).max(256)),
		body: z.string().max(60_000).optional(),
		labels: z.array(z.string().min(1).max(100)).max(20).default([]),
	}),
	output: issueSchema,
	voice: {
		en: {
			sentences: [
				"(create|open|file|make|add|report|raise) [an|a] [new] (issue|bug|bug report|ticket) (in|on|for) {repository} [titled|called|named|saying|about] {title}",
				"(create|open|file|make|add|report|raise) [an|a] [new] (issue|bug|bug report|ticket) (titled|called|named|saying|about) {title} (in|on|for) {repository}",
				"(create|open|file|make|add|report|raise) [an|a] [new] (issue|bug report|ticket) (in|on|for) {repository}",
				"(file|report|raise) [a] [new] bug (in|on|for) {repository}",
			],
			ask: { title: "What should its title be?", repository: "In which repository?" },
		},
	},
	resolve: (input, adapters: GithubAdapters, context) => named(input, adapters, context),
	summary: ({ repository, title }) => `Open an issue in ${repository}, titled "${title}"`,
	say: ({ number: id }) => `Issue ${id} is open.`,
	async run({ repository, ...fields }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		return toIssue(await ask(`the repository ${name}`, github.rest.issues.create({ ...at, ...fields })));
	},
});

/** Comments on an issue or pull request. */
export const commentIssue = defineTool({
	name: "comment_issue",
	title: "Comment on issue",
	description: "Writes a comment on an issue or pull request.",
	effect: "outbound",
	input: z.object({ repository: repositoryField, number, body: slot("text", z.string().trim().min(1).max(60_000)) }),
	output: z.object({ number: z.number().int(), url: z.string() }),
	voice: {
		en: {
			sentences: [
				"(comment|reply|answer) [on|to] [the] (issue|bug|ticket) [number] {number} (in|of|on) {repository} [saying|that|with] {body}",
				"comment {body} on issue [number] {number} (in|of|on) {repository}",
			],
			ask: { body: "What should it say?", number: "Which number?", repository: "In which repository?" },
		},
	},
	resolve: (input, adapters: GithubAdapters, context) => named(input, adapters, context),
	summary: ({ repository, number: id, body }) => `Comment on issue ${id} of ${repository}: ${body}`,
	say: ({ number: id }) => `Your comment on issue ${id} is in.`,
	async run({ repository, number: id, body }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const comment = await ask(
			`the issue ${id} of ${name}`,
			github.rest.issues.createComment({ ...at, issue_number: id, body }),
		);
		return { number: id, url: comment.html_url };
	},
});

/** Closes an issue. */
export const closeIssue = defineTool({
	name: "close_issue",
	title: "Close issue",
	description: "Closes an issue as done or as not planned.",
	effect: "outbound",
	outside: true,
	idempotent: true,
	input: z.object({
		repository: repositoryField,
		number,
		reason: z.enum(["completed", "not_planned"]).default("completed"),
	}),
	output: issueSchema,
	voice: {
		en: {
			sentences: ["(close|resolve) [the] (issue|bug|ticket) [number] {number} (in|of|on) {repository}"],
			ask: { number: "Which number?", repository: "In which repository?" },
		},
	},
	resolve: (input, adapters: GithubAdapters, context) => named(input, adapters, context),
	summary: ({ repository, number: id, reason }) => `Close issue ${id} of ${repository} as ${reason.replace("_", " ")}`,
	say: ({ number: id }) => `Issue ${id} is closed.`,
	async run({ repository, number: id, reason }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		return toIssue(
			await ask(
				`the issue ${id} of ${name}`,
				github.rest.issues.update({ ...at, issue_number: id, state: "closed", state_reason: reason }),
			),
		);
	},
});

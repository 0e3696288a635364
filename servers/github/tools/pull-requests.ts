import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
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
	refName,
	repositoryField,
	sayListed,
	textOffset,
} from "./shared.ts";

const pullSchema = z.object({
	number: z.number().int(),
	title: z.string(),
	state: z.string(),
	draft: z.boolean(),
	author: z.string(),
	head: z.string(),
	base: z.string(),
	url: z.string(),
	updated: z.string(),
});

interface ApiPull {
	number: number;
	title: string;
	state: string;
	draft?: boolean;
	user: { login: string } | null;
	head: { ref: string };
	base: { ref: string };
	html_url: string;
	updated_at: string;
}

function toPull(pull: ApiPull): z.output<typeof pullSchema> {
	return {
		number: pull.number,
		title: pull.title,
		state: pull.state,
		draft: pull.draft ?? false,
		author: pull.user?.login ?? "nobody",
		head: pull.head.ref,
		base: pull.base.ref,
		url: pull.html_url,
		updated: pull.updated_at,
	};
}

/** A token may see a pull request and not its checks: then they are left out. */
function unseen(error: unknown): undefined {
	if (error instanceof AiosError && (error.code === "forbidden" || error.code === "not_found")) return undefined;
	throw error;
}

/** Opens a pull request. */
export const createPullRequest = defineTool({
	name: "create_pull_request",
	title: "Create pull request",
	description: "Opens a pull request from one branch into another.",
	effect: "outbound",
	input: z.object({
		repository: repositoryField,
		title: slot("text", z.string().trim().min(1).max(256)),
		head: slot("name", refName).describe("The branch with the changes; owner:branch for a fork"),
		base: slot("name", refName).describe("The branch they should go into"),
		body: z.string().max(60_000).optional(),
		draft: z.boolean().optional(),
	}),
	output: pullSchema,
	voice: {
		en: {
			sentences: [
				"(create|open|make) [a] [new] pull request [in|on|for] {repository} from {head} (to|into) {base} [titled|called|named] {title}",
				"(create|open|make) [a] [new] pull request from {head} (to|into) {base} (in|on|for) {repository} [titled|called|named] {title}",
				"(create|open|make) [a] [new] pull request (titled|called|named) {title} from {head} (to|into) {base} (in|on|for) {repository}",
				"(create|open|make) [a] [new] pull request (in|on|for) {repository}",
			],
			ask: {
				title: "What should its title be?",
				head: "From which branch?",
				base: "Into which branch?",
				repository: "In which repository?",
			},
		},
	},
	resolve: (input, adapters: GithubAdapters, context) => named(input, adapters, context),
	summary: ({ repository, title, head, base, draft }) =>
		`Open a ${draft ? "draft " : ""}pull request in ${repository} from ${head} into ${base}, titled "${title}"`,
	say: ({ number: id, title }) => `Pull request ${id} is open: ${title}.`,
	async run({ repository, ...fields }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		return toPull(await ask(`${name} or its branches`, github.rest.pulls.create({ ...at, ...fields })));
	},
});

/** Pull requests of a repository. */
export const listPullRequests = defineTool({
	name: "list_pull_requests",
	title: "List pull requests",
	description: "Pull requests of a repository, the last updated first; paged.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		repository: repositoryField,
		state: z.enum(["open", "closed", "all"]).default("open"),
		...pageFields,
	}),
	output: z.object({ pull_requests: z.array(pullSchema), ...nextPage }),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the|all] [open] pull requests (in|of|on|for) {repository}",
				"(are there|which are the|what are the) [any] [open] pull requests [open|waiting] (in|of|on|for) {repository}",
				"(what|which|how many) [open] pull requests (are|are there) [still] [open|waiting] (in|on|for) {repository}",
				"how many [open] pull requests does {repository} have",
				"any [open] pull requests (in|on|for) {repository}",
			],
			ask: { repository: "Of which repository?" },
		},
	},
	say({ pull_requests: pulls, next_page }, { state, page }) {
		const [first] = pulls;
		const kind = state === "all" ? "pull request" : `${state} pull request`;
		return first === undefined
			? `There is no ${kind}.`
			: `${sayListed(pulls.length, { page, next_page }, kind)}. The newest is number ${first.number} by ${first.author}: ${first.title}.`;
	},
	async run({ repository, state, limit, page }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const { data, next } = await askPage(
			`the repository ${name}`,
			page,
			github.rest.pulls.list({ ...at, state, per_page: limit, page, sort: "updated", direction: "desc" }),
		);
		return { pull_requests: data.map(toPull), ...next };
	},
});

/** One pull request with its files, checks and reviews. */
export const getPullRequest = defineTool({
	name: "get_pull_request",
	title: "Show pull request",
	description: "A pull request: its text, files, reviews, checks, and whether it can be merged.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		repository: repositoryField,
		number,
		offset: textOffset,
		page: pageFields.page.describe("Of its files, reviews and checks, a hundred each"),
	}),
	output: pullSchema.extend({
		body: z.string(),
		next: z.number().int().optional().describe("Offset of the rest of its text"),
		changed_files: z.number().int(),
		mergeable: z.boolean().nullable(),
		merged: z.boolean(),
		files: z.array(z.object({ path: z.string(), added: z.number().int(), removed: z.number().int() })),
		reviews: z.array(z.object({ author: z.string(), state: z.string(), body: z.string() })),
		checks: z
			.array(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullable() }))
			.optional()
			.describe("Absent where the account may not see them"),
		...nextPage,
	}),
	voice: {
		en: {
			sentences: [
				"(show|open|read|tell|give) [me] [about] [the] pull request [number] {number} (in|of|on) {repository}",
				"what is [the] pull request [number] {number} [about] (in|of|on) {repository}",
				"(is|can) [the] pull request [number] {number} [be] (merged|mergeable|open|ready) (in|of|on) {repository}",
			],
			ask: { number: "Which number?", repository: "In which repository?" },
		},
	},
	say({ number: id, title, state, merged, checks, changed_files }) {
		const failed = (checks ?? []).filter(({ conclusion }) => conclusion === "failure");
		const health =
			checks === undefined
				? "its checks can't be seen with this account"
				: checks.length === 0
					? "no checks"
					: failed.length > 0
						? `${sayCount(failed.length, "check")} failed`
						: "all checks fine";
		return `Pull request ${id}, ${title}, is ${merged ? "merged" : state}: ${sayCount(changed_files, "file")}, ${health}.`;
	},
	async run({ repository, number: id, offset, page }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const what = `the pull request ${id} of ${name}`;
		const pull = await ask(what, github.rest.pulls.get({ ...at, pull_number: id }));
		const [files, reviews, checks] = await Promise.all([
			askPage(what, page, github.rest.pulls.listFiles({ ...at, pull_number: id, per_page: 100, page })),
			ask(what, github.rest.pulls.listReviews({ ...at, pull_number: id, per_page: 100, page })),
			ask(what, github.rest.checks.listForRef({ ...at, ref: pull.head.sha, per_page: 100, page })).catch(unseen),
		]);
		return {
			...toPull(pull),
			...part(pull.body, offset),
			changed_files: pull.changed_files,
			mergeable: pull.mergeable ?? null,
			merged: pull.merged ?? false,
			files: files.data.map(({ filename, additions, deletions }) => ({
				path: filename,
				added: additions ?? 0,
				removed: deletions ?? 0,
			})),
			reviews: reviews.map(({ user, state, body }) => ({
				author: user?.login ?? "nobody",
				state,
				body: clip(body, 1000),
			})),
			checks: checks?.check_runs.map((check) => ({
				name: check.name,
				status: check.status,
				conclusion: check.conclusion,
			})),
			...files.next,
		};
	},
});

/** Merges a pull request. */
export const mergePullRequest = defineTool({
	name: "merge_pull_request",
	title: "Merge pull request",
	description: "Merges a pull request, if its head is still what it was when it was looked at.",
	effect: "outbound",
	input: z.object({
		repository: repositoryField,
		number,
		method: z.enum(["merge", "squash", "rebase"]).default("merge"),
		head: z
			.string()
			.regex(/^[0-9a-f]{40}$/)
			.optional()
			.describe("The commit it must still end with; what it ends with now by default"),
	}),
	output: z.object({ number: z.number().int(), merged: z.boolean(), commit: z.string() }),
	voice: {
		en: {
			sentences: [
				"merge [the] pull request [number] {number} (in|of|on) {repository}",
				"merge number {number} (in|of|on) {repository}",
			],
			fixed: [
				{
					text: "squash [and merge] pull request [number] {number} (in|of|on) {repository}",
					values: { method: "squash" },
				},
			],
			ask: { number: "Which number?", repository: "In which repository?" },
		},
	},
	async resolve({ repository, number: id, method, head }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const pull = await ask(`the pull request ${id} of ${name}`, github.rest.pulls.get({ ...at, pull_number: id }));
		return { repository: name, number: id, method, head: head ?? pull.head.sha };
	},
	summary: ({ repository, number: id, method }) =>
		`${method === "merge" ? "Merge" : `Merge by ${method}`} pull request ${id} of ${repository}`,
	say: ({ number: id }) => `Pull request ${id} is merged.`,
	async run({ repository, number: id, method, head }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const what = `the pull request ${id} of ${name}`;
		const last = head ?? (await ask(what, github.rest.pulls.get({ ...at, pull_number: id }))).head.sha;
		const { sha, merged } = await ask(
			what,
			github.rest.pulls.merge({ ...at, pull_number: id, merge_method: method, sha: last }),
		);
		return { number: id, merged, commit: sha };
	},
});

/** Reviews a pull request. */
export const reviewPullRequest = defineTool({
	name: "review_pull_request",
	title: "Review pull request",
	description: "Approves a pull request, asks for changes, or comments on it.",
	effect: "outbound",
	input: z
		.object({
			repository: repositoryField,
			number,
			verdict: z.enum(["approve", "request_changes", "comment"]),
			body: slot("text", z.string().max(60_000)).default(""),
		})
		.refine(({ verdict, body }) => verdict === "approve" || body.trim() !== "", {
			path: ["body"],
			message: "a text, unless it approves",
		}),
	output: z.object({ number: z.number().int(), state: z.string(), url: z.string() }),
	voice: {
		en: {
			sentences: ["review pull request [number] {number} (in|of|on) {repository}"],
			fixed: [
				{ text: "approve pull request [number] {number} (in|of|on) {repository}", values: { verdict: "approve" } },
				{
					text: "(ask for|request) changes (in|on) pull request [number] {number} (in|of|on) {repository} [saying] {body}",
					values: { verdict: "request_changes" },
				},
			],
			ask: {
				verdict: "Approve, request changes, or comment?",
				body: "What should it say?",
				number: "Which number?",
				repository: "In which repository?",
			},
		},
	},
	resolve: (input, adapters: GithubAdapters, context) => named(input, adapters, context),
	summary: ({ repository, number: id, verdict, body }) =>
		`${{ approve: "Approve", request_changes: "Request changes on", comment: "Comment on" }[verdict]} pull request ${id} of ${repository}${body === "" ? "" : `: ${body}`}`,
	say: ({ number: id }) => `Your review of pull request ${id} is in.`,
	async run({ repository, number: id, verdict, body }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const event = ({ approve: "APPROVE", request_changes: "REQUEST_CHANGES", comment: "COMMENT" } as const)[verdict];
		const review = await ask(
			`the pull request ${id} of ${name}`,
			github.rest.pulls.createReview({ ...at, pull_number: id, event, ...(body === "" ? {} : { body }) }),
		);
		return { number: id, state: review.state, url: review.html_url };
	},
});

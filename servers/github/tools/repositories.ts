import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { GithubAdapters } from "../adapters/index.ts";
import { ask, askPage, clip, nextPage, open, pageFields, repositoryField, sayListed } from "./shared.ts";

const repositorySchema = z.object({
	name: z.string(),
	description: z.string(),
	private: z.boolean(),
	default_branch: z.string(),
	stars: z.number().int(),
	open_issues: z.number().int(),
	pushed: z.string().nullable(),
	url: z.string(),
});

interface ApiRepository {
	full_name: string;
	description: string | null;
	private: boolean;
	default_branch?: string;
	stargazers_count?: number;
	open_issues_count?: number;
	pushed_at?: string | null;
	html_url: string;
}

function toRepository(repository: ApiRepository): z.output<typeof repositorySchema> {
	return {
		name: repository.full_name,
		description: clip(repository.description, 500),
		private: repository.private,
		default_branch: repository.default_branch ?? "",
		stars: repository.stargazers_count ?? 0,
		open_issues: repository.open_issues_count ?? 0,
		pushed: repository.pushed_at ?? null,
		url: repository.html_url,
	};
}

/** The repositories of the person, of somebody else, or of an organisation. */
export const listRepositories = defineTool({
	name: "list_repositories",
	title: "List repositories",
	description: "Your GitHub repositories, or those of an owner, the last pushed first.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({ owner: slot("name", z.string().regex(/^[A-Za-z0-9-]{1,39}$/)).optional(), ...pageFields }),
	output: z.object({ repositories: z.array(repositorySchema), ...nextPage }),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [all] [my] (github|git hub) (repositories|repos|projects)",
				"(list|show) [me] [all] [my] (repositories|repos) [on (github|git hub)]",
				"(list|show) [me] [the] (repositories|repos) of {owner}",
				"(what|which) [github] repositories do i have [on (github|git hub)]",
			],
		},
	},
	say({ repositories, next_page }, { page }) {
		if (repositories.length === 0) return "There are no repositories.";
		const names = repositories
			.slice(0, 3)
			.map(({ name }) => name.split("/").at(-1))
			.join(", ");
		return `${sayListed(repositories.length, { page, next_page }, "repository", "repositories")}: ${names}${repositories.length > 3 ? " and more" : ""}.`;
	},
	async run({ owner, limit, page }, { github: connect }: GithubAdapters, { user, signal }) {
		const { rest } = await connect(user.id, signal);
		const { data, next } =
			owner === undefined
				? await askPage(
						"your repositories",
						page,
						rest.repos.listForAuthenticatedUser({ per_page: limit, page, sort: "pushed" }),
					)
				: await askPage(
						`the repositories of ${owner}`,
						page,
						rest.repos.listForUser({ username: owner, per_page: limit, page, sort: "pushed" }),
					);
		return { repositories: data.map(toRepository), ...next };
	},
});

/** One repository. */
export const getRepository = defineTool({
	name: "get_repository",
	title: "Show repository",
	description: "What a GitHub repository is: description, branch, stars, open issues.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({ repository: repositoryField }),
	output: repositorySchema,
	voice: {
		en: {
			sentences: [
				"(show|tell) [me] [about] [the] (github|git hub) (repository|repo|project) {repository}",
				"(show|tell) [me] about [the] (repository|repo) {repository}",
				"how many stars does {repository} have",
			],
			ask: { repository: "Which repository?" },
		},
	},
	say: ({ name, stars, open_issues, description }) =>
		`${name.split("/").at(-1)} has ${sayCount(stars, "star")} and ${sayCount(open_issues, "open issue")}.${description === "" ? "" : ` ${description}`}`,
	async run({ repository }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		return toRepository(await ask(`the repository ${name}`, github.rest.repos.get(at)));
	},
});

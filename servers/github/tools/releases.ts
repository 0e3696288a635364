import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import type { GithubAdapters } from "../adapters/index.ts";
import {
	ask,
	askPage,
	clip,
	named,
	nextPage,
	open,
	pageFields,
	refName,
	repositoryField,
	sayListed,
} from "./shared.ts";

const releaseSchema = z.object({
	id: z.number().int(),
	tag: z.string(),
	name: z.string(),
	body: z.string(),
	draft: z.boolean(),
	prerelease: z.boolean(),
	published: z.string().nullable(),
	url: z.string(),
});

interface ApiRelease {
	id: number;
	tag_name: string;
	name: string | null;
	body?: string | null;
	draft: boolean;
	prerelease: boolean;
	published_at: string | null;
	html_url: string;
}

function toRelease(release: ApiRelease): z.output<typeof releaseSchema> {
	return {
		id: release.id,
		tag: release.tag_name,
		name: release.name ?? release.tag_name,
		body: clip(release.body),
		draft: release.draft,
		prerelease: release.prerelease,
		published: release.published_at,
		url: release.html_url,
	};
}

/** The releases of a repository. */
export const listReleases = defineTool({
	name: "list_releases",
	title: "List releases",
	description: "Releases of a repository, newest first; paged.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({ repository: repositoryField, ...pageFields }),
	output: z.object({ releases: z.array(releaseSchema), ...nextPage }),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the|all] releases (in|of|on|for) {repository}",
				"(what is|what's|show me) the (latest|newest|last|current) (release|version) (of|in|for) {repository}",
				"(what|which) (version|release) is {repository} (at|on)",
				"(what|which) releases (does {repository} have|are there of {repository})",
			],
			ask: { repository: "Of which repository?" },
		},
	},
	say({ releases, next_page }, { page }) {
		const [first] = releases;
		return first === undefined
			? "There are no releases."
			: `${sayListed(releases.length, { page, next_page }, "release")}. The newest is ${first.name}.`;
	},
	async run({ repository, limit, page }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const answer = github.rest.repos.listReleases({ ...at, per_page: limit, page });
		const { data, next } = await askPage(`the repository ${name}`, page, answer);
		return { releases: data.map(toRelease), ...next };
	},
});

/** Publishes a release. */
export const createRelease = defineTool({
	name: "create_release",
	title: "Create release",
	description:
		"Publishes a release of a tag, which is made where it does not exist; with notes by GitHub where no text is given.",
	effect: "outbound",
	input: z.object({
		repository: repositoryField,
		tag: slot("name", refName),
		name: z.string().min(1).max(256).optional(),
		body: z.string().max(120_000).optional(),
		target: refName.optional().describe("Branch or commit of a new tag; the default branch by default"),
		draft: z.boolean().default(false),
		prerelease: z.boolean().default(false),
	}),
	output: releaseSchema,
	voice: {
		en: {
			sentences: [
				"(create|make|publish) [a] [new] release [called|named] {tag} (in|of|on|for) {repository}",
				"(create|make|publish|release) version {tag} (in|of|on|for) {repository}",
				"release [version] {tag} of {repository}",
			],
			ask: { tag: "Which tag?", repository: "In which repository?" },
		},
	},
	resolve: (input, adapters: GithubAdapters, context) => named(input, adapters, context),
	summary: ({ repository, tag, draft }) => `Publish ${draft ? "a draft of " : ""}release ${tag} of ${repository}`,
	say: ({ name, draft }) => (draft ? `The draft of ${name} is made.` : `${name} is released.`),
	async run({ repository, tag, name, body, target, draft, prerelease }, adapters: GithubAdapters, context) {
		const { github, at, name: where } = await open(repository, adapters, context);
		const release = await ask(
			`the repository ${where}`,
			github.rest.repos.createRelease({
				...at,
				tag_name: tag,
				name: name ?? tag,
				draft,
				prerelease,
				...(body === undefined ? { generate_release_notes: true } : { body }),
				...(target === undefined ? {} : { target_commitish: target }),
			}),
		);
		return toRelease(release);
	},
});

import { z } from "zod";
import { AiosError, type Logger, type Requirement, type ServerDeps } from "../../../core/contract/index.ts";
import { openCredentials } from "../../../core/credentials/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { soundsLike } from "../../../core/text/index.ts";
import { createWorks, type Lasting, type Works } from "../../../core/work/index.ts";
import { type Accounts, createAccounts, howToSignIn } from "./account.ts";
import { createClient, explainGitHub, type GitHub } from "./client.ts";
import type { Cloned } from "./clone.ts";

export { explainGitHub, type GitHub } from "./client.ts";
export { type Cloned, clone } from "./clone.ts";

/** Settings of the github server. */
export const githubSettings = z.strictObject({
	/** The API's address; a GitHub Enterprise server has its own: https://HOST/api/v3. */
	baseUrl: z.url({ protocol: /^https?$/ }).default("https://api.github.com"),
	/** A personal token for everybody who has not signed in. */
	token: z.string().min(1).optional(),
	/** The OAuth app with which people sign in. */
	clientId: z.string().min(1).optional(),
	/** Whose repositories are meant when only a name is said. */
	owner: z.string().min(1).optional(),
	/** Where clones go; ~/projects by default. */
	projects: z.string().min(1).default("~/projects"),
	/** How often a request is repeated after a failure of GitHub's own. */
	retries: z.number().int().min(0).max(10).default(3),
	/** Keeps GitHub's limits: one to three seconds between changes. A GitHub Enterprise server may have none. */
	paced: z.boolean().default(true),
});

/** A repository by its owner and name. */
export type RepositoryName = {
	owner: string;
	repo: string;
};

/** What the github server touches. */
export interface GithubAdapters extends Lasting {
	accounts: Accounts;
	/** The API as the person; requests end when `signal` aborts. Throws `unauthenticated`. */
	github(owner: string, signal: AbortSignal): Promise<GitHub>;
	/** Finds the repository meant by "owner/name", its address, or a name of one's own as it sounds. */
	locate(said: string, github: GitHub): Promise<RepositoryName>;
	/** The address git clones from. */
	cloneUrl(name: RepositoryName): string;
	/** Clones under way. */
	clones: Works<Cloned>;
	/** Paths that are being cloned to, by anybody. */
	cloning: Set<string>;
	folders: Folders;
	projects: string;
	env: Readonly<Record<string, string>>;
	log: Logger;
	close(): Promise<void>;
}

/** How many clones one person may have under way, and how many workflow runs they may follow. */
const clonesAtOnce = 4;
const followsAtOnce = 10;

/** Makes the adapters; nothing is asked of GitHub. */
export function createAdapters(deps: ServerDeps<z.output<typeof githubSettings>>): GithubAdapters {
	const { settings, childEnv: env, log, dataDir, clock, announce } = deps;
	const baseUrl = settings.baseUrl.replace(/\/$/, "");
	const webUrl = baseUrl === "https://api.github.com" ? "https://github.com" : baseUrl.replace(/\/api\/v3$/, "");
	const credentials = () =>
		openCredentials({ folder: dataDir, service: "AIOS github", env, platform: process.platform });
	const accounts = createAccounts({
		credentials,
		clientId: settings.clientId,
		settingsToken: settings.token,
		webUrl,
		clock,
	});
	const clones = createWorks<Cloned>({ letter: "c", noun: "clone", atOnce: clonesAtOnce, announce });
	const spent = new Map<string, number>();
	const works: Lasting["works"] = createWorks({ letter: "f", noun: "watch", atOnce: followsAtOnce, announce });
	return {
		accounts,
		clones,
		cloning: new Set(),
		works,
		github: async (owner, signal) =>
			createClient({ ...settings, token: await accounts.token(owner), baseUrl, log, signal, spent }),
		async locate(said, github) {
			const full = /^(?:https?:\/\/[^/]+\/|git@[^:]+:)?([A-Za-z0-9-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(said.trim());
			if (full?.[1] !== undefined && full[2] !== undefined) return { owner: full[1], repo: full[2] };
			return await byName(said, github, settings.owner);
		},
		cloneUrl: ({ owner, repo }) => `${webUrl}/${owner}/${repo}.git`,
		folders: createFolders(deps.folders),
		projects: settings.projects,
		env,
		log,
		async close() {
			await Promise.all([clones.close(), works.close()]);
		},
	};
}

/** A name alone: among the person's own repositories, as it sounds. */
async function byName(said: string, github: GitHub, owner: string | undefined): Promise<RepositoryName> {
	const { data } = await github.rest.repos
		.listForAuthenticatedUser({ per_page: 100, sort: "pushed" })
		.catch(explainGitHub("your repositories"));
	const scored = data
		.filter((repository) => owner === undefined || repository.owner.login === owner || repository.name === said)
		.map((repository) => ({ repository, score: soundsLike(said, repository.name.replaceAll(/[-_.]/g, " ")) }))
		.filter(({ score }) => score >= 0.75)
		.sort((a, b) => b.score - a.score);
	const [best, second] = scored;
	if (best === undefined) {
		throw new AiosError("not_found", `You have no repository called ${said}.`, {
			fix: "Say it with its owner, as in owner slash name.",
		});
	}
	if (second !== undefined && best.score - second.score < 0.03) {
		const names = [best, second].map(({ repository }) => repository.full_name);
		throw new AiosError("conflict", `${said} could be ${names.join(" or ")}.`, {
			fix: "Say it with its owner.",
			details: { choices: names },
		});
	}
	return { owner: best.repository.owner.login, repo: best.repository.name };
}

/** Whether git is there and an account could be used. */
export async function findRequirements({ accounts, env }: GithubAdapters): Promise<Requirement[]> {
	const git = Bun.which("git", { PATH: env.PATH ?? "" });
	const signedIn = await accounts.token("").then(
		() => true,
		() => false,
	);
	const account: Requirement = signedIn
		? { name: "token", ok: true, detail: "from the settings" }
		: accounts.canSignIn
			? { name: "token", ok: true, detail: "none in the settings: each person signs in with github_sign_in" }
			: { name: "token", ok: false, detail: "no account can be used, and nobody can sign in", fix: howToSignIn };
	return [
		git === null
			? { name: "git", ok: false, detail: "not installed: nothing can be cloned", fix: "Install git." }
			: { name: "git", ok: true, detail: git },
		account,
	];
}

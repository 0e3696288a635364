import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import type { GithubAdapters } from "../adapters/index.ts";

/** Connects the person's GitHub account. */
export const githubSignIn = defineTool({
	name: "github_sign_in",
	title: "Sign in to GitHub",
	description: "Begins a sign-in: gives a code to type in on GitHub's page. Called again, it says whether that worked.",
	effect: "write",
	stateful: true,
	input: z.object({}),
	output: z.object({
		state: z.enum(["waiting", "signed in"]),
		code: z.string().optional(),
		address: z.string().optional(),
		login: z.string().optional(),
	}),
	voice: {
		en: { sentences: ["(sign|log) (in|me in) to (github|git hub)", "connect [my] (github|git hub) [account]"] },
	},
	timeoutMs: 30_000,
	say: ({ state, code, address, login }) =>
		state === "signed in"
			? `You are signed in to GitHub as ${login}.`
			: `Open ${address?.replace(/^https?:\/\//, "")} and enter the code ${code?.split("").join(" ")}.`,
	async run(_input, { accounts, github }: GithubAdapters, { user, signal }) {
		const token = await accounts.token(user.id).catch(() => undefined);
		if (token !== undefined) {
			const { data } = await (await github(user.id, signal)).rest.users.getAuthenticated();
			return { state: "signed in" as const, login: data.login };
		}
		const { code, address } = await accounts.begin(user.id);
		return { state: "waiting" as const, code, address };
	},
});

/** Forgets the person's token. */
export const githubSignOut = defineTool({
	name: "github_sign_out",
	title: "Sign out of GitHub",
	description: "Removes the stored GitHub token of this person.",
	effect: "destructive",
	idempotent: true,
	stateful: true,
	input: z.object({}),
	output: z.object({ signed_out: z.literal(true) }),
	voice: {
		en: { sentences: ["(sign|log) (out|me out) of (github|git hub)", "disconnect [my] (github|git hub) [account]"] },
	},
	summary: () => "Remove your stored GitHub token",
	say: () => "You are signed out of GitHub.",
	async run(_input, { accounts }: GithubAdapters, { user }) {
		await accounts.remove(user.id);
		return { signed_out: true as const };
	},
});

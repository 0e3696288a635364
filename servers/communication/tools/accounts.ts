import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import { type CommunicationAdapters, endpointSchema, type MailAccount, parseAddress } from "../adapters/index.ts";
import { lineField } from "./shared.ts";

const accountOutput = z.object({
	address: z.string(),
	label: z.string(),
	name: z.string(),
	imap: endpointSchema,
	smtp: endpointSchema,
	sign_in: z.string().describe('"password", or the provider signed in at'),
});

function shown({ address, label, name, imap, smtp, oauth }: MailAccount): z.output<typeof accountOutput> {
	return { address, label, name, imap, smtp, sign_in: oauth ?? "password" };
}

const newAccount = {
	address: slot("email", z.string().trim().min(3).max(254)),
	name: lineField(200).optional().describe("Your name as others see it"),
	label: lineField(60).min(1).optional().describe('What you call the account: "work"'),
	user: lineField(254).min(1).optional().describe("Name to sign in with, where it is not the address"),
	imap: endpointSchema.optional().describe("Found by itself for most providers"),
	smtp: endpointSchema.optional().describe("Found by itself for most providers"),
};

/** Connects a mail account by password; both servers are tried before it is kept. */
export const addEmailAccount = defineTool({
	name: "add_email_account",
	title: "Add email account",
	description:
		"Connects a mail account with a password (often an app password). Servers of most providers are found by the address. The password goes into the system's keychain or an encrypted file.",
	effect: "write",
	idempotent: true,
	input: z.object({
		...newAccount,
		password: z.string().min(1).max(1_000).optional().describe("Type it on the page; it is never said aloud"),
	}),
	output: accountOutput,
	voice: {
		en: {
			sentences: [
				"(add|connect|set up) [my|an|a|the] (email|mail) account {address}",
				"(add|connect|set up) [my|an|a|the] (email|mail) [account]",
			],
			examples: ["I want to use my mail here"],
			ask: { address: "What is the address?" },
		},
	},
	timeoutMs: 55_000,
	summary: ({ address }) => `Connect the mail account ${address}`,
	say: ({ address }) => `Your account ${address} is connected.`,
	async run({ password, name, label, ...account }, { enrolment }: CommunicationAdapters, { user, signal }) {
		const address = parseAddress(account.address);
		if (password === undefined) {
			throw new AiosError("bad_request", "A mail account needs its password.", {
				spoken: "Please type the password on the page. I never take passwords by voice.",
				fix: "Fill in the form of add_email_account, or use sign_in_email.",
			});
		}
		const given = { ...account, address, owner: user.id, name: name ?? "", label: label ?? usualLabel(address) };
		return shown(await enrolment.withPassword(given, password, signal));
	},
});

/** Connects a mail account by signing in on the provider's own page. */
export const signInEmail = defineTool({
	name: "sign_in_email",
	title: "Sign in to email",
	description:
		"Connects a mail account by OAuth 2: gives the provider's page to open, and the code to type there where it wants one. list_email_accounts shows when it is done.",
	effect: "write",
	input: z.object({
		...newAccount,
		provider: lineField(60).min(1).optional().describe("Name of the sign-in in the settings; found by the address"),
	}),
	output: z.object({ address: z.string(), url: z.string(), code: z.string().optional() }),
	voice: {
		en: {
			sentences: ["sign in (to|at|with) [my] (email|mail) [account] [{address}]"],
			ask: { address: "What is the address?" },
		},
	},
	timeoutMs: 45_000,
	summary: ({ address }) => `Sign in to the mail account ${address}`,
	say: ({ code }) =>
		code === undefined
			? "Open the link on the page and sign in there."
			: `Open the link on the page and type the code ${code.split("").join(" ")}.`,
	async run({ provider, name, label, ...account }, { enrolment }: CommunicationAdapters, { user, signal }) {
		const address = parseAddress(account.address);
		const given = { ...account, address, owner: user.id, name: name ?? "", label: label ?? usualLabel(address) };
		const { url, code } = await enrolment.withSignIn(given, provider, signal);
		return { address, url, ...(code === undefined ? {} : { code }) };
	},
});

export const listEmailAccounts = defineTool({
	name: "list_email_accounts",
	title: "Email accounts",
	description: "Your connected mail accounts; the first one is used where none is named.",
	effect: "read",
	role: "user",
	input: z.object({ address: z.string().max(254).optional().describe("A sign-in under way to look at") }),
	output: z.object({
		accounts: z.array(accountOutput),
		sign_in: z.enum(["waiting", "failed", "none"]),
		reason: z.string().optional().describe("Why the sign-in failed"),
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [my] (email|mail) accounts",
				"which (email|mail) accounts (are connected|do i have)",
			],
		},
	},
	say: ({ accounts }) =>
		accounts.length === 0
			? "You have no mail account connected."
			: `Connected ${accounts.length === 1 ? "is" : "are"} ${sayList(accounts.map(({ address }) => address))}.`,
	async run({ address }, { accounts, enrolment }: CommunicationAdapters, { user }) {
		const state = address === undefined ? undefined : enrolment.state(user.id, parseAddress(address));
		const own = (await accounts.list(user.id)).map(shown);
		if (state === undefined) return { accounts: own, sign_in: "none" as const };
		if (state === "waiting") return { accounts: own, sign_in: state };
		return { accounts: own, sign_in: "failed" as const, reason: state.failed };
	},
});

export const removeEmailAccount = defineTool({
	name: "remove_email_account",
	title: "Remove email account",
	description: "Forgets a mail account and its password here. The mails stay at the provider.",
	effect: "destructive",
	input: z.object({ account: slot("name", z.string().trim().min(1).max(254)) }),
	output: z.object({ address: z.string() }),
	voice: {
		en: {
			sentences: ["(remove|forget|disconnect|delete) [my|the] (email|mail) account {account}"],
			ask: { account: "Which account?" },
		},
	},
	summary: ({ account }) => `Forget the mail account ${account} and its password`,
	say: ({ address }) => `I forgot the account ${address}.`,
	async resolve(input, { accounts }: CommunicationAdapters, { user }) {
		return { ...input, account: (await accounts.find(user.id, input.account)).address };
	},
	async run({ account }, { accounts, connections }: CommunicationAdapters, { user }) {
		const gone = await accounts.remove(user.id, account);
		await connections.close(gone.id);
		return { address: gone.address };
	},
});

function usualLabel(address: string): string {
	return address.split("@")[1]?.split(".")[0] ?? address;
}

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AiosError } from "../../../../core/contract/index.ts";
import type { Credentials } from "../../../../core/credentials/index.ts";
import { sayList, soundsLike } from "../../../../core/text/index.ts";
import type { JsonFile } from "../json-file.ts";
import { endpointSchema } from "./providers.ts";

const accountSchema = z.object({
	id: z.string(),
	/** Id of the person it belongs to; nobody else reaches it. */
	owner: z.string(),
	address: z.string(),
	/** The person's name as others see it. */
	name: z.string(),
	/** What the person calls it: "work". */
	label: z.string(),
	/** The name to sign in with. */
	user: z.string(),
	/** Name of the sign-in provider where it is not a password. */
	oauth: z.string().optional(),
	imap: endpointSchema,
	smtp: endpointSchema,
	keepsSent: z.boolean(),
});
export type MailAccount = z.output<typeof accountSchema>;

export const accountsSchema = z.array(accountSchema);

/** The mail accounts of every person; each sees their own. */
export interface Accounts {
	list(owner: string): Promise<MailAccount[]>;
	/** Accounts of everybody together. */
	count(): Promise<number>;
	/** The account that is meant: by address, label or sound; the first one where none is named. Throws `not_found`, `missing_part`. */
	find(owner: string, said?: string): Promise<MailAccount>;
	byId(owner: string, id: string): Promise<MailAccount>;
	/** Keeps an account and its secret, in place of one with the same address. */
	save(account: Omit<MailAccount, "id">, secret: string): Promise<MailAccount>;
	remove(owner: string, said: string): Promise<MailAccount>;
	/** The password, or the refresh token of a sign-in. */
	secret(account: MailAccount): Promise<string>;
	renewSecret(account: MailAccount, secret: string): Promise<void>;
}

const leastAlike = 0.75;

/** Opens the accounts kept in `file`, their secrets in `credentials`. */
export function createAccounts(file: JsonFile<MailAccount[]>, credentials: () => Promise<Credentials>): Accounts {
	const secretName = (account: MailAccount) => `mail ${account.id}`;
	const list = async (owner: string) => (await file.read()).filter((account) => account.owner === owner);

	async function find(owner: string, said?: string): Promise<MailAccount> {
		const own = await list(owner);
		const [first] = own;
		if (first === undefined) {
			throw new AiosError("missing_part", "No mail account is connected.", {
				spoken: "You have no mail account connected yet. Say: add my email account.",
				fix: "Add one with add_email_account on the page.",
			});
		}
		return said === undefined ? first : choose(own, said);
	}

	return {
		list,
		count: async () => (await file.read()).length,
		find,
		async byId(owner, id) {
			const found = (await list(owner)).find((account) => account.id === id);
			if (found === undefined) {
				throw new AiosError("not_found", "This mail belongs to an account that is not connected.", {
					fix: "List the mail again.",
				});
			}
			return found;
		},
		async save(account, secret) {
			const same = (await list(account.owner)).find(({ address }) => address === account.address);
			const saved = { ...account, id: same?.id ?? randomUUID() };
			await (await credentials()).set(secretName(saved), secret);
			await file.update((accounts) => ({
				data: same === undefined ? [...accounts, saved] : accounts.map((old) => (old.id === saved.id ? saved : old)),
				result: undefined,
			}));
			return saved;
		},
		async remove(owner, said) {
			const gone = await find(owner, said);
			await file.update((accounts) => ({ data: accounts.filter(({ id }) => id !== gone.id), result: undefined }));
			await (await credentials()).delete(secretName(gone));
			return gone;
		},
		async secret(account) {
			const secret = await (await credentials()).get(secretName(account));
			if (secret !== undefined) return secret;
			throw new AiosError("missing_part", `The password of ${account.address} is not stored any more.`, {
				fix: "Add the account again.",
			});
		},
		renewSecret: async (account, secret) => (await credentials()).set(secretName(account), secret),
	};
}

function choose(accounts: readonly MailAccount[], said: string): MailAccount {
	const wanted = said.trim().toLowerCase();
	const exact = accounts.find(({ id, address, label }) => [id, address, label.toLowerCase()].includes(wanted));
	if (exact !== undefined) return exact;
	const scored = accounts
		.map((account) => ({ account, alike: Math.max(...namesOf(account).map((name) => soundsLike(name, wanted))) }))
		.sort((a, b) => b.alike - a.alike);
	const [best] = scored;
	if (best !== undefined && best.alike >= leastAlike) return best.account;
	throw new AiosError("not_found", `There is no mail account ${JSON.stringify(said)}.`, {
		fix: `Connected are ${sayList(accounts.map(({ address }) => address))}.`,
	});
}

function namesOf({ label, address }: MailAccount): string[] {
	const [user = "", domain = ""] = address.split("@");
	return [label, address, user, domain, domain.split(".")[0] ?? ""];
}

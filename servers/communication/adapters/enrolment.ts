import { AiosError, type Logger } from "../../../core/contract/index.ts";
import {
	type Accounts,
	type Connections,
	discoverServers,
	type Endpoint,
	type Lookup,
	type MailAccount,
	type MailServers,
	type OAuth,
	parseAddress,
	type Secret,
	type Sender,
} from "./mail/index.ts";

export interface NewAccount {
	owner: string;
	address: string;
	name: string;
	label: string;
	user?: string;
	/** Servers given by hand; what is missing is found. */
	imap?: Endpoint;
	smtp?: Endpoint;
}

/** Connects mail accounts. Nothing is kept that did not sign in at both servers. */
export interface Enrolment {
	withPassword(account: NewAccount, password: string, signal: AbortSignal): Promise<MailAccount>;
	/** Begins a sign-in on the provider's page; the account is kept when the person is done there. */
	withSignIn(
		account: NewAccount,
		provider: string | undefined,
		signal: AbortSignal,
	): Promise<{ url: string; code: string | undefined }>;
	/** What became of the last sign-in of this address: waiting, the reason it failed, or nothing to say. */
	state(owner: string, address: string): "waiting" | { failed: string } | undefined;
	close(): void;
}

export function createEnrolment(deps: {
	accounts: Accounts;
	connections: Connections;
	sender: Sender;
	oauth: OAuth;
	lookup: Lookup;
	discover: boolean;
	log: Logger;
}): Enrolment {
	const { accounts, connections, sender, oauth, lookup, log } = deps;
	const states = new Map<string, "waiting" | { failed: string }>();
	const closing = new AbortController();

	async function serversOf({ address, imap, smtp }: NewAccount, signal: AbortSignal): Promise<MailServers> {
		if (imap !== undefined && smtp !== undefined) return { imap, smtp, keepsSent: false };
		const domain = address.split("@")[1] ?? "";
		const found = deps.discover ? await discoverServers(domain, lookup, signal) : undefined;
		if (found !== undefined) return { ...found, ...(imap && { imap }), ...(smtp && { smtp }) };
		throw new AiosError("not_found", `The mail servers of ${domain} could not be found.`, {
			fix: "Give imap and smtp with host, port and security; the provider's help names them.",
		});
	}

	async function keep(
		given: NewAccount,
		servers: MailServers,
		secret: Secret,
		stored: string,
		signal: AbortSignal,
		provider?: string,
	) {
		const address = parseAddress(given.address);
		const account = {
			owner: given.owner,
			address,
			name: given.name,
			label: given.label,
			user: given.user ?? address,
			imap: servers.imap,
			smtp: servers.smtp,
			keepsSent: servers.keepsSent,
			...(provider === undefined ? {} : { oauth: provider }),
		};
		await Promise.all([connections.verify(account, secret, signal), sender.verify(account, secret, signal)]);
		const saved = await accounts.save(account, stored);
		await connections.close(saved.id);
		return saved;
	}

	return {
		async withPassword(given, password, signal) {
			const servers = await serversOf(given, signal);
			try {
				return await keep(given, servers, { kind: "password", password }, password, signal);
			} catch (thrown) {
				if (!(thrown instanceof AiosError) || thrown.code !== "forbidden" || servers.hint === undefined) throw thrown;
				throw new AiosError("forbidden", thrown.message, {
					spoken: thrown.spoken,
					fix: servers.hint,
					details: thrown.details,
					cause: thrown,
				});
			}
		},
		async withSignIn(given, named, signal) {
			const servers = await serversOf(given, signal);
			const provider = named ?? servers.oauth;
			if (provider === undefined) {
				throw new AiosError("unsupported", "This provider has no sign-in that AIOS knows.", {
					fix: "Use add_email_account with a password.",
				});
			}
			const key = `${given.owner} ${parseAddress(given.address)}`;
			const began = await oauth.begin(provider, given.address, closing.signal);
			states.set(key, "waiting");
			void began.tokens
				.then(async ({ access, refresh }) => {
					if (refresh === undefined) throw new AiosError("upstream_failed", "The provider gave no lasting sign-in.");
					await keep(given, servers, { kind: "token", token: access }, refresh, closing.signal, provider);
					states.delete(key);
				})
				.catch((thrown: unknown) => {
					const { message } = AiosError.from(thrown);
					states.set(key, { failed: message });
					log.warn("a mail sign-in failed", { provider, reason: message });
				});
			return { url: began.url, code: began.code };
		},
		state: (owner, address) => states.get(`${owner} ${address}`),
		close: () => closing.abort(),
	};
}

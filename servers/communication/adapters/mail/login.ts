import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { AiosError } from "../../../../core/contract/index.ts";
import type { Accounts, MailAccount } from "./accounts.ts";
import type { OAuth, Tokens } from "./oauth.ts";
import type { Endpoint } from "./providers.ts";

/** What a server is shown: a password, or an access token. */
export type Secret = { kind: "password"; password: string } | { kind: "token"; token: string };

export interface Login {
	/** The secret of a stored account; a token is renewed shortly before its end. */
	secret(account: MailAccount, signal: AbortSignal): Promise<Secret>;
	/** Forgets a token the server refused, so that the next one is new. */
	refused(account: MailAccount): void;
	/** TLS options: no server without a trusted certificate, nothing below TLS 1.2. */
	tls(): Promise<{ ca: string[] | undefined; minVersion: "TLSv1.2" }>;
	timeoutMs: number;
}

/** Makes what connections to mail servers sign in with. */
export function createLogin(deps: {
	accounts: Accounts;
	oauth: OAuth;
	certificates: readonly string[];
	timeoutMs: number;
}): Login {
	const { accounts, oauth, certificates, timeoutMs } = deps;
	const tokens = new Map<string, Tokens>();
	return {
		timeoutMs,
		async secret(account, signal) {
			const stored = await accounts.secret(account);
			if (account.oauth === undefined) return { kind: "password", password: stored };
			const known = tokens.get(account.id);
			if (known !== undefined && !oauth.expired(known)) return { kind: "token", token: known.access };
			const renewed = await oauth.refresh(account.oauth, stored, signal);
			tokens.set(account.id, renewed);
			// Some providers give a new refresh token each time, and the old one ends.
			if (renewed.refresh !== undefined && renewed.refresh !== stored) {
				await accounts.renewSecret(account, renewed.refresh);
			}
			return { kind: "token", token: renewed.access };
		},
		refused: (account) => void tokens.delete(account.id),
		async tls() {
			if (certificates.length === 0) return { ca: undefined, minVersion: "TLSv1.2" };
			const own = await Promise.all(
				certificates.map((path) =>
					readFile(path, "utf8").catch((cause: unknown) => {
						throw new AiosError("missing_part", `The certificate file ${path} of the settings can't be read.`, {
							cause,
						});
					}),
				),
			);
			return { ca: [...rootCertificates, ...own], minVersion: "TLSv1.2" };
		},
	};
}

const thisMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/** Refuses an unprotected line to another machine: the password would be there for everyone to read. */
export function assertProtected({ host, security }: Endpoint): void {
	if (security !== "none" || thisMachine.test(host)) return;
	throw new AiosError("forbidden", `An unprotected connection to ${host} would show the password to everyone.`, {
		fix: "Use tls or starttls.",
	});
}

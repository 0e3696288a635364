import { type FetchMessageObject, ImapFlow } from "imapflow";
import { AiosError, abortError } from "../../../../core/contract/index.ts";
import type { MailAccount } from "./accounts.ts";
import { isLost, isUnsent, mailError } from "./errors.ts";
import { assertProtected, type Login, type Secret } from "./login.ts";

/** An IMAP line with nobody using it is closed after this many milliseconds. */
const idleMs = 60_000;

export type ImapLine = ImapFlow;
export type ImapMessage = FetchMessageObject;

/** Signed-in IMAP lines, one an account, opened when needed and kept for a minute. */
export interface Connections {
	/**
	 * Runs `work` with the account's line, opening a new one and asking again where the kept one has broken meanwhile.
	 * `folder` is selected before, read-only unless `write`. Cancelling drops the line.
	 */
	use<T>(account: MailAccount, options: UseOptions, work: (line: ImapLine) => Promise<T>): Promise<T>;
	/** Signs in and out again. */
	verify(account: Pick<MailAccount, "imap" | "user">, secret: Secret, signal: AbortSignal): Promise<void>;
	/** Ends the lines of one account, or all of them. */
	close(accountId?: string): Promise<void>;
}

interface UseOptions {
	signal: AbortSignal;
	folder?: string;
	write?: boolean;
}

interface Kept {
	line: ImapLine;
	users: number;
	timer: ReturnType<typeof setTimeout> | undefined;
}

export function createConnections(login: Login): Connections {
	const kept = new Map<string, Promise<Kept>>();

	async function open(
		account: Pick<MailAccount, "imap" | "user">,
		secret: Secret,
		signal: AbortSignal,
		verifyOnly = false,
	): Promise<ImapLine> {
		const { imap } = account;
		assertProtected(imap);
		const line = new ImapFlow({
			host: imap.host,
			port: imap.port,
			secure: imap.security === "tls",
			...(imap.security === "tls" ? {} : { doSTARTTLS: imap.security === "starttls" }),
			auth: {
				user: account.user,
				...(secret.kind === "password" ? { pass: secret.password } : { accessToken: secret.token }),
			},
			clientInfo: { name: "AIOS" },
			logger: false,
			disableAutoIdle: true,
			verifyOnly,
			connectionTimeout: login.timeoutMs,
			greetingTimeout: login.timeoutMs,
			socketTimeout: login.timeoutMs * 2,
			tls: await login.tls(),
		});
		// Without a listener a line that breaks while idle would end the process.
		line.on("error", () => {});
		const stop = () => line.close();
		signal.addEventListener("abort", stop, { once: true });
		try {
			await line.connect();
			return line;
		} catch (thrown) {
			line.close();
			throw mailError(thrown, imap, signal);
		} finally {
			signal.removeEventListener("abort", stop);
		}
	}

	async function keep(account: MailAccount, signal: AbortSignal): Promise<Kept> {
		const known = await kept.get(account.id)?.catch(() => undefined);
		if (known?.line.usable) return known;
		const opening = login
			.secret(account, signal)
			.then((secret) => open(account, secret, signal))
			.then((line) => ({ line, users: 0, timer: undefined }));
		kept.set(account.id, opening);
		try {
			return await opening;
		} catch (thrown) {
			kept.delete(account.id);
			if (thrown instanceof AiosError && thrown.code === "forbidden") login.refused(account);
			throw thrown;
		}
	}

	function release(id: string, entry: Kept): void {
		entry.users -= 1;
		if (entry.users > 0) return;
		entry.timer = setTimeout(() => {
			kept.delete(id);
			void entry.line.logout().catch(() => entry.line.close());
		}, idleMs);
		entry.timer.unref?.();
	}

	async function attempt<T>(
		account: MailAccount,
		{ signal, folder, write = false }: UseOptions,
		work: (line: ImapLine) => Promise<T>,
	): Promise<T> {
		signal.throwIfAborted();
		const entry = await keep(account, signal);
		clearTimeout(entry.timer);
		entry.users += 1;
		const onAbort = () => entry.line.close();
		signal.addEventListener("abort", onAbort, { once: true });
		try {
			const lock = folder === undefined ? undefined : await select(entry.line, folder, write);
			try {
				if (!stands(entry.line, folder)) throw new LineBroken("NoConnection");
				const result = await work(entry.line);
				// The library gives nothing found where the line broke: an empty mailbox it is not.
				if (!write && !stands(entry.line, folder)) throw new LineBroken("EConnectionClosed");
				return result;
			} finally {
				lock?.release();
			}
		} catch (thrown) {
			throw signal.aborted ? abortError(signal) : thrown;
		} finally {
			signal.removeEventListener("abort", onAbort);
			release(account.id, entry);
		}
	}

	return {
		async use(account, options, work) {
			try {
				return await attempt(account, options, work);
			} catch (thrown) {
				if (!isLost(thrown) || (options.write && !isUnsent(thrown)) || options.signal.aborted) {
					throw mailError(thrown, account.imap, options.signal);
				}
			}
			try {
				return await attempt(account, options, work);
			} catch (thrown) {
				throw mailError(thrown, account.imap, options.signal);
			}
		},
		async verify(account, secret, signal) {
			(await open(account, secret, signal, true)).close();
		},
		async close(accountId) {
			const ids = accountId === undefined ? [...kept.keys()] : [accountId];
			const closing = ids.map((id) => kept.get(id));
			for (const id of ids) kept.delete(id);
			for (const entry of await Promise.all(closing.map((opening) => opening?.catch(() => undefined)))) {
				clearTimeout(entry?.timer);
				entry?.line.close();
			}
		},
	};
}

/** A line found broken; the code is the library's own for it. */
class LineBroken extends Error {
	constructor(readonly code: "NoConnection" | "EConnectionClosed") {
		super("connection lost");
	}
}

function stands(line: ImapLine, folder: string | undefined): boolean {
	return line.usable && (folder === undefined || line.mailbox !== false);
}

async function select(line: ImapLine, folder: string, write: boolean) {
	try {
		return await line.getMailboxLock(folder, { readOnly: !write });
	} catch (thrown) {
		if (isLost(thrown)) throw thrown;
		throw new AiosError("not_found", `There is no mail folder ${JSON.stringify(folder)}.`, {
			fix: "List the folders with list_mail_folders.",
			cause: thrown,
		});
	}
}

import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import XOAuth2 from "nodemailer/lib/xoauth2";
import { AiosError, abortError } from "../../../../core/contract/index.ts";
import type { MailAccount } from "./accounts.ts";
import { mailError } from "./errors.ts";
import { assertProtected, type Login, type Secret } from "./login.ts";
import type { Endpoint } from "./providers.ts";

export interface Delivery {
	/** Addresses the server took responsibility for. */
	accepted: string[];
	rejected: { address: string; reason: string }[];
	/** The server's last words, often with its number for the message. */
	response: string;
}

/** Sends finished messages by SMTP. */
export interface Sender {
	/**
	 * Hands a message to the account's server. Resolves only when the server took it for at least one recipient.
	 * Throws AiosError; a line that broke after the whole message went out is said to be uncertain.
	 */
	send(account: MailAccount, mail: { to: readonly string[]; raw: Buffer }, signal: AbortSignal): Promise<Delivery>;
	/** Signs in and out again. */
	verify(account: Pick<MailAccount, "smtp" | "user">, secret: Secret, signal: AbortSignal): Promise<void>;
}

export function createSender(login: Login): Sender {
	async function open(smtp: Endpoint, signal: AbortSignal) {
		assertProtected(smtp);
		signal.throwIfAborted();
		const connection = new SMTPConnection({
			host: smtp.host,
			port: smtp.port,
			secure: smtp.security === "tls",
			requireTLS: smtp.security === "starttls",
			ignoreTLS: smtp.security === "none",
			// The machine's own name is nobody's business.
			name: "localhost",
			connectionTimeout: login.timeoutMs,
			greetingTimeout: login.timeoutMs,
			socketTimeout: login.timeoutMs * 2,
			tls: await login.tls(),
		});
		return connection;
	}

	/** Runs `work` on a signed-in line, which is closed in any case. */
	async function withLine<T>(
		account: Pick<MailAccount, "smtp" | "user">,
		secret: Secret,
		signal: AbortSignal,
		work: (connection: SMTPConnection, step: Step) => Promise<T>,
	): Promise<T> {
		const connection = await open(account.smtp, signal);
		const broken = Promise.withResolvers<never>();
		broken.promise.catch(() => {});
		connection.once("error", broken.reject);
		connection.once("end", () => broken.reject(new Error("connection closed")));
		const onAbort = () => broken.reject(abortError(signal));
		signal.addEventListener("abort", onAbort, { once: true });
		const step: Step = (start) =>
			Promise.race([
				broken.promise,
				new Promise<never | undefined>((resolve, reject) =>
					start((error) => (error ? reject(error) : resolve(undefined))),
				),
			]);
		try {
			await step((done) => connection.connect(done));
			await step((done) => connection.login(credentials(account.user, secret), done));
			return await work(connection, step);
		} catch (thrown) {
			throw mailError(thrown, account.smtp, signal);
		} finally {
			signal.removeEventListener("abort", onAbort);
			connection.close();
		}
	}

	return {
		verify: (account, secret, signal) => withLine(account, secret, signal, async () => {}),
		async send(account, { to, raw }, signal) {
			const secret = await login.secret(account, signal);
			return withLine(account, secret, signal, async (connection, step) => {
				let transmitted = false;
				const body = Readable.from([raw]).once("end", () => {
					transmitted = true;
				});
				let delivery: Delivery | undefined;
				try {
					await step((done) =>
						connection.send({ from: account.address, to: [...to], size: raw.length }, body, (error, info) => {
							delivery = info === undefined ? undefined : read(info);
							done(error);
						}),
					);
				} catch (thrown) {
					if (transmitted && !hasAnswer(thrown)) throw uncertain(thrown);
					throw thrown;
				}
				if (delivery === undefined)
					throw new AiosError("upstream_failed", "The mail server did not say it took the mail.");
				return delivery;
			}).catch((error: unknown) => {
				if (error instanceof AiosError && error.code === "forbidden") login.refused(account);
				throw error;
			});
		},
	};
}

type Step = (start: (done: (error?: Error | null) => void) => void) => Promise<undefined>;

function credentials(user: string, secret: Secret) {
	if (secret.kind === "password") return { user, pass: secret.password };
	return { type: "OAUTH2", user, oauth2: new XOAuth2({ user, accessToken: secret.token }) };
}

function read(info: SMTPConnection.SentMessageInfo): Delivery {
	const reasons = new Map(
		(info.rejectedErrors ?? []).map((error) => [
			"recipient" in error ? String(error.recipient) : "",
			error.response ?? error.message,
		]),
	);
	return {
		accepted: info.accepted,
		rejected: info.rejected.map((address) => ({
			address,
			reason: (reasons.get(address) ?? "refused by the server").slice(0, 300),
		})),
		response: info.response.slice(0, 300),
	};
}

function hasAnswer(thrown: unknown): boolean {
	return typeof thrown === "object" && thrown !== null && "responseCode" in thrown && thrown.responseCode !== undefined;
}

/** The whole message went out and no answer came: it may be on its way. */
function uncertain(cause: unknown): AiosError {
	return new AiosError(
		"upstream_failed",
		"The connection broke before the mail server said whether it took the mail.",
		{
			spoken: "The connection broke at the last moment. The mail may have been sent or not.",
			fix: "Look into the Sent folder, or ask the recipient, before sending it again.",
			details: { sent: "unknown" },
			cause,
		},
	);
}

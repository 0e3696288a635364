import { AiosError, abortError } from "../../../../core/contract/index.ts";
import type { Endpoint } from "./providers.ts";

/** What a failing mail library says of itself; both set some of these on their errors. */
interface Failure {
	message: string;
	code: string;
	/** The server's own words. */
	said: string;
	authentication: boolean;
	responseCode: number | undefined;
}

function read(thrown: unknown): Failure {
	const field = (name: string): unknown =>
		typeof thrown === "object" && thrown !== null && name in thrown ? Reflect.get(thrown, name) : undefined;
	const text = (name: string) => {
		const value = field(name);
		return typeof value === "string" ? value : "";
	};
	const responseCode = field("responseCode");
	return {
		message: thrown instanceof Error ? thrown.message : String(thrown),
		code: text("code"),
		said: text("responseText") || text("response"),
		authentication: field("authenticationFailed") === true || ["EAUTH", "EOAUTH2"].includes(text("code")),
		responseCode: typeof responseCode === "number" ? responseCode : undefined,
	};
}

/** Error codes of TLS libraries for certificates that can't be trusted. */
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ALTNAME|certificate|self.signed|altname/i;
const noName = /ENOTFOUND|EAI_AGAIN|EDNS|getaddrinfo|DNS/;
const noHost = /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ConnectionRefused|Failed to connect/i;
const late = /TIMEOUT|ETIMEDOUT|timed? ?out/i;

/** Longest word of a server that is shown. */
const shownCharacters = 300;

/**
 * Puts a failure of a mail server into words. Throws nothing; gives `unauthenticated`-like trouble as `forbidden`, since
 * it is the mail server's refusal and not ours.
 */
export function mailError(thrown: unknown, endpoint: Endpoint, signal: AbortSignal): AiosError {
	if (thrown instanceof AiosError) return thrown;
	if (signal.aborted) return abortError(signal);
	const failure = read(thrown);
	const { host, port } = endpoint;
	const where = `${host}:${port}`;
	const detail = failure.said === "" ? failure.message : failure.said;
	const shown = detail.replaceAll(/\s+/g, " ").slice(0, shownCharacters);
	const options = { cause: thrown, details: { host, port, said: shown } };
	if (failure.authentication) {
		return new AiosError("forbidden", `${host} refused the sign-in: ${shown}`, {
			...options,
			spoken: "The mail server refused the password.",
			fix: "Check the password; many providers want an app password or a sign-in. Then add the account again.",
		});
	}
	if (untrusted.test(failure.code) || untrusted.test(failure.message)) {
		return new AiosError("upstream_failed", `The certificate of ${where} can't be trusted: ${failure.message}`, {
			...options,
			spoken: "The mail server's certificate can't be trusted, so I did not connect.",
			fix: "Check the server's name; a company's own authority can be named in the settings (mail.certificates).",
		});
	}
	if (noName.test(failure.code) || noName.test(failure.message)) {
		return new AiosError("unavailable", `There is no mail server named ${host}, or the network is down.`, {
			...options,
			spoken: "I can't find the mail server. Is the network up?",
			fix: "Check the server's name in the account, and your network.",
		});
	}
	if (noHost.test(failure.code) || noHost.test(failure.message)) {
		return new AiosError("unavailable", `No mail server answers at ${where}.`, {
			...options,
			spoken: "The mail server does not answer.",
			fix: "Check the account's host and port, and your network.",
		});
	}
	if (late.test(failure.code) || late.test(failure.message)) {
		return new AiosError("timeout", `The mail server ${where} did not answer in time.`, {
			...options,
			spoken: "The mail server did not answer in time.",
			fix: "Try again in a moment; if it stays so, check the account's host and port.",
		});
	}
	if (/ETLS|STARTTLS|tls|ssl/i.test(`${failure.code} ${failure.message}`)) {
		return new AiosError("upstream_failed", `No protected connection to ${where} could be made: ${shown}`, {
			...options,
			spoken: "The mail server offers no protected connection, so I did not sign in.",
			fix: "Check the port and its kind of protection (tls or starttls).",
		});
	}
	if (failure.responseCode !== undefined) {
		const passing = failure.responseCode < 500;
		return new AiosError(passing ? "unavailable" : "upstream_failed", `${host} refused it: ${shown}`, {
			...options,
			spoken: "The mail server refused it. Its words are on the page.",
			fix: passing ? "Try again later." : "Change what it names (the address, the size, the sender) and send it again.",
		});
	}
	if (isLost(thrown)) {
		return new AiosError("unavailable", `The connection to ${where} was lost.`, {
			...options,
			spoken: "The connection to the mail server was lost.",
			fix: "Try again.",
		});
	}
	return new AiosError("upstream_failed", `${host}: ${shown}`, {
		...options,
		spoken: "The mail server failed.",
		fix: "Try again; if it stays so, check the account's settings.",
	});
}

/** Whether the line itself broke, so that the same question may be asked again on a new one. */
export function isLost(thrown: unknown): boolean {
	const { code, message } = read(thrown);
	const codes = /^(NoConnection|EConnectionClosed|StateLogout|ECONNECTION|ECONNRESET|EPIPE|ESOCKET|ClosedAfterConnect)/;
	return codes.test(code) || /connection (closed|not available|lost|reset)|socket (closed|hang up)/i.test(message);
}

/** Whether the question certainly never left: the line was found broken before. */
export function isUnsent(thrown: unknown): boolean {
	return read(thrown).code === "NoConnection";
}

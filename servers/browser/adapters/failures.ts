import { AiosError } from "../../../core/contract/index.ts";

/** What Chrome calls a failed page load (`net::ERR_…`), as a person would say it. */
const loadErrors: readonly [code: RegExp, message: string, fix: string][] = [
	[/ERR_TOO_MANY_REDIRECTS/, "sends the browser in circles", "The site is set up wrongly; try another address of it."],
	[/ERR_CERT_|ERR_SSL_/, "has no valid certificate, so the connection would not be safe", "Check the address."],
	[/ERR_CONNECTION_REFUSED|ERR_SOCKS/, "does not answer", "The site may be down; try again later."],
	[/ERR_INTERNET_DISCONNECTED/, "can't be reached without a network", "Check the connection to the internet."],
	[/ERR_EMPTY_RESPONSE|ERR_CONNECTION_(?:RESET|CLOSED)/, "ended the connection", "Try again later."],
	[/ERR_UNSAFE_REDIRECT|ERR_UNKNOWN_URL_SCHEME/, "leads to something that is not a web page", "Check the address."],
	[/ERR_UNSAFE_PORT/, "is asked for at a port that is not for web pages", "Check the address."],
	[/ERR_BLOCKED_BY_/, "is blocked by the browser", "Check the address."],
];

/** A failed page load as an error with a way out; `refusal` is what the proxy said of the host, if it refused. */
export function loadError(cause: unknown, url: string, refusal: AiosError | undefined): AiosError {
	const text = cause instanceof Error ? cause.message : String(cause);
	if (refusal !== undefined && /ERR_SOCKS|ERR_PROXY|ERR_NAME_NOT_RESOLVED|ERR_TUNNEL/.test(text)) return refusal;
	const host = URL.parse(url)?.hostname ?? "The page";
	const known = loadErrors.find(([code]) => code.test(text));
	if (known !== undefined) return new AiosError("upstream_failed", `${host} ${known[1]}.`, { fix: known[2], cause });
	const code = /net::(ERR_\w+)/.exec(text)?.[1];
	return new AiosError("upstream_failed", `${host} could not be opened${code === undefined ? "" : ` (${code})`}.`, {
		fix: "Try again, or check the address.",
		cause,
	});
}

/** Whatever the browser's library threw, as an error of ours. */
export function explain(thrown: unknown): unknown {
	if (thrown instanceof AiosError || !(thrown instanceof Error)) return thrown;
	const { name, message } = thrown;
	if (name === "TimeoutError" || /timed out|Timeout/.test(message)) {
		return new AiosError("timeout", "The page does not respond.", {
			fix: "Reload it, or close the tab.",
			cause: thrown,
		});
	}
	if (/detached|not attached|does not belong|Cannot find context|context was destroyed|No node/i.test(message)) {
		return changed(thrown);
	}
	if (/not clickable|not an Element|not visible|no layout/i.test(message)) {
		return new AiosError("conflict", "That can't be clicked: it is hidden or has no place on the page.", {
			fix: "Take a new snapshot and choose another element.",
			cause: thrown,
		});
	}
	if (/Target closed|Session closed|Connection closed|crashed|Browser.*closed/i.test(message)) return gone(thrown);
	return thrown;
}

export function changed(cause?: unknown): AiosError {
	return new AiosError("conflict", "The page has changed, and that element is no longer there.", {
		fix: "Take a new snapshot and use its references.",
		spoken: "The page has changed, and that is no longer there.",
		cause,
	});
}

function gone(cause: unknown): AiosError {
	return new AiosError("unavailable", "The tab or the browser was closed while it was in use.", {
		fix: "Ask again: it comes back by itself.",
		cause,
	});
}

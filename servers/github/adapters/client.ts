import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { AiosError, type Logger } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";

const Client = Octokit.plugin(retry, throttling);

/** GitHub's API for one person, with repeats and limits seen to. */
export type GitHub = InstanceType<typeof Client>;

interface Options {
	token: string;
	baseUrl: string;
	log: Logger;
	signal: AbortSignal;
	/** How often a question is asked again after a failure of GitHub's own. */
	retries: number;
	/** Tokens whose limit is used up, with the time (ms) from which they may ask again; kept by the client. */
	spent: Map<string, number>;
	/** Whether changes have the pause between them that GitHub asks for, and short limits are waited for. */
	paced: boolean;
}

/** Waits shorter than this are sat out; longer ones are told to the person. */
const patienceSeconds = 20;

/**
 * Makes a client. A rate limit is waited for where that is short, told where it is not, and once known not asked against.
 * Only questions are repeated: what writes may have been done although the answer was lost.
 */
export function createClient({ token, baseUrl, log, signal, retries, paced, spent }: Options): GitHub {
	const onLimit = (kind: string) => (seconds: number, request: { method: string; url: string }) => {
		log.warn(`GitHub's ${kind} limit`, { seconds, method: request.method, url: request.url });
		return seconds <= patienceSeconds;
	};
	const client = new Client({
		auth: token,
		baseUrl,
		userAgent: "aios",
		request: { signal },
		retry: { retries, doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 451] },
		throttle: { enabled: paced, onRateLimit: onLimit("rate"), onSecondaryRateLimit: onLimit("secondary rate") },
		log: { debug() {}, info() {}, warn: (message) => log.debug(message), error: (message) => log.debug(message) },
	});
	client.hook.before("request", (options) => {
		const wait = Math.ceil(((spent.get(token) ?? 0) - Date.now()) / 1000);
		if (wait > 0) throw limitReached(wait);
		if (options.method !== "GET") options.request.retries = 0;
	});
	client.hook.error("request", (error) => {
		const api = readError(error);
		if (api?.headers["x-ratelimit-remaining"] === "0" && isLimit(api)) {
			spent.set(token, Number(api.headers["x-ratelimit-reset"] ?? 0) * 1000);
		}
		throw error;
	});
	return client;
}

function isLimit({ status, message, headers }: ApiError): boolean {
	return (
		status === 429 || (status === 403 && (headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(message)))
	);
}

/** `wait` is in seconds. */
function limitReached(wait: number | undefined, cause?: unknown): AiosError {
	const minutes = wait === undefined ? undefined : Math.ceil(wait / 60);
	return new AiosError(
		"rate_limited",
		`GitHub's limit is used up${wait === undefined ? "." : ` for ${wait} seconds.`}`,
		{
			spoken:
				minutes === undefined
					? "GitHub's limit is used up for now."
					: `GitHub's limit is used up; try again in ${sayCount(minutes, "minute")}.`,
			fix: minutes === undefined ? "Try again later." : `Try again in ${sayCount(minutes, "minute")}.`,
			details: { retry_after_s: wait ?? null },
			cause,
		},
	);
}

interface ApiError {
	status: number;
	message: string;
	headers: Record<string, string | undefined>;
	errors: string[];
	/** Whether it was to change something. */
	wrote: boolean;
}

/** Turns what GitHub answered into an error a person can act on. `what` names what was asked for: "the pull request 5". */
export function explainGitHub(what: string): (error: unknown) => never {
	return (error) => {
		if (error instanceof AiosError) throw error;
		if (error instanceof Error && error.name === "AbortError") throw AiosError.from(error);
		const api = readError(error);
		if (api === undefined) {
			throw new AiosError("unavailable", "GitHub can't be reached.", {
				fix: "Check the network, or servers.github.baseUrl.",
				cause: error,
			});
		}
		throw fromStatus(what, api, error);
	};
}

function fromStatus(what: string, api: ApiError, cause: unknown): AiosError {
	const { status, message, headers, errors, wrote } = api;
	const said = [message, ...errors].join("; ").slice(0, 500);
	if (status === 401) {
		return new AiosError("unauthenticated", "GitHub does not accept the token.", {
			spoken: "GitHub does not accept your sign-in any more.",
			fix: 'Say "sign in to GitHub" again.',
			cause,
		});
	}
	if (isLimit(api)) {
		const reset = Number(headers["x-ratelimit-reset"] ?? 0);
		const wait = reset > 0 ? Math.max(1, Math.ceil(reset - Date.now() / 1000)) : undefined;
		return limitReached(headers["retry-after"] === undefined ? wait : Number(headers["retry-after"]), cause);
	}
	if (status === 403)
		return new AiosError("forbidden", `GitHub does not allow that with this token: ${said}`, {
			spoken: `GitHub does not allow that for ${what}.`,
			fix: "Give the token that right on GitHub, or ask the repository's owner.",
			cause,
		});
	if (status === 404) {
		return new AiosError("not_found", `GitHub can't find ${what}, or this account can't see it.`, {
			spoken: `I can't find ${what} on GitHub.`,
			fix: "Check the names and numbers, and what the account may see.",
			cause,
		});
	}
	if (status === 409)
		return new AiosError("conflict", `GitHub says: ${said}`, { fix: "Look at how it is now, then decide.", cause });
	if (status === 405 || status === 422)
		return new AiosError("unsupported", `GitHub refused it: ${said}`, {
			spoken: `GitHub refused it: ${message}`,
			fix: `Look at ${what} and change what GitHub names.`,
			cause,
		});
	const fix = wrote ? "It may have been done all the same: look before trying again." : "Try again later.";
	if (status >= 500)
		return new AiosError("upstream_failed", `GitHub has a problem of its own (${status}).`, { fix, cause });
	return new AiosError("upstream_failed", `GitHub answered ${status}: ${said}`, { fix, cause });
}

function readError(error: unknown): ApiError | undefined {
	if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
	// A request that got no answer is reported as status 500 without a response.
	if (!("response" in error) || typeof error.response !== "object" || error.response === null) return undefined;
	const response: { headers?: Record<string, string | undefined>; data?: unknown } = error.response;
	const data = typeof response.data === "object" && response.data !== null ? response.data : {};
	const listed = "errors" in data && Array.isArray(data.errors) ? data.errors : [];
	const message = "message" in data && typeof data.message === "string" ? data.message : error.message;
	const errors = listed.map((entry: unknown) =>
		typeof entry === "object" && entry !== null && "message" in entry ? String(entry.message) : JSON.stringify(entry),
	);
	const request: { method?: unknown } =
		"request" in error && typeof error.request === "object" && error.request !== null ? error.request : {};
	return { status: error.status, message, headers: response.headers ?? {}, errors, wrote: request.method !== "GET" };
}

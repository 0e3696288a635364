import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { AiosError, type Logger } from "../../../core/contract/index.ts";

const Client = Octokit.plugin(retry, throttling);

/** GitHub's API for one person, with repeats and limits seen to. */
export type GitHub = InstanceType<typeof Client>;

interface Options {
	token: string;
	baseUrl: string;
	log: Logger;
	signal: AbortSignal;
	/** Requests tried again after a failure of GitHub's own. */
	retries: number;
}

/** Waits shorter than this are sat out; longer ones are told to the person. */
const patienceSeconds = 20;

/** Makes a client. A rate limit is waited for where that is short, and told where it is not. */
export function createClient({ token, baseUrl, log, signal, retries }: Options): GitHub {
	const onLimit = (kind: string) => (seconds: number, request: { method: string; url: string }) => {
		log.warn(`GitHub's ${kind} limit`, { seconds, method: request.method, url: request.url });
		return seconds <= patienceSeconds;
	};
	return new Client({
		auth: token,
		baseUrl,
		userAgent: "aios",
		request: { signal, retries },
		retry: { doNotRetry: [400, 401, 403, 404, 410, 422, 451] },
		throttle: { onRateLimit: onLimit("rate"), onSecondaryRateLimit: onLimit("secondary rate") },
		log: { debug() {}, info() {}, warn: (message) => log.debug(message), error: (message) => log.debug(message) },
	});
}

interface ApiError {
	status: number;
	message: string;
	headers: Record<string, string | undefined>;
	errors: string[];
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

function fromStatus(what: string, { status, message, headers, errors }: ApiError, cause: unknown): AiosError {
	const said = [message, ...errors].join("; ").slice(0, 500);
	if (status === 401) {
		return new AiosError("unauthenticated", "GitHub does not accept the token.", {
			spoken: "GitHub does not accept your sign-in any more.",
			fix: 'Say "sign in to GitHub" again.',
			cause,
		});
	}
	if (status === 429 || (status === 403 && (headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(message)))) {
		const reset = Number(headers["x-ratelimit-reset"] ?? 0);
		const wait =
			headers["retry-after"] ?? (reset > 0 ? String(Math.max(1, Math.ceil(reset - Date.now() / 1000))) : undefined);
		return new AiosError(
			"rate_limited",
			`GitHub's limit is used up${wait === undefined ? "." : ` for ${wait} seconds.`}`,
			{
				spoken:
					wait === undefined
						? "GitHub's limit is used up for now."
						: `GitHub's limit is used up; try again in ${Math.ceil(Number(wait) / 60)} minutes.`,
				details: { retry_after_s: wait === undefined ? null : Number(wait) },
				cause,
			},
		);
	}
	if (status === 403)
		return new AiosError("forbidden", `GitHub does not allow that with this token: ${said}`, {
			spoken: `GitHub does not allow that for ${what}.`,
			cause,
		});
	if (status === 404) {
		return new AiosError("not_found", `${what} was not found, or this account can't see it.`, {
			spoken: `I can't find ${what} on GitHub.`,
			cause,
		});
	}
	if (status === 409) return new AiosError("conflict", `GitHub says: ${said}`, { cause });
	if (status === 405 || status === 422)
		return new AiosError("unsupported", `GitHub refused it: ${said}`, {
			spoken: `GitHub refused it: ${message}`,
			cause,
		});
	if (status >= 500) return new AiosError("upstream_failed", `GitHub has a problem of its own (${status}).`, { cause });
	return new AiosError("upstream_failed", `GitHub answered ${status}: ${said}`, { cause });
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
	return { status: error.status, message, headers: response.headers ?? {}, errors };
}

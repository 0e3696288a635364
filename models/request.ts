import { AiosError } from "../core/contract/index.ts";

/** Longest wait for an answer to begin: a network that is not there shows within it. */
const answerMs = 6_000;

/** What a person can do where the network is in the way. */
export const byHand =
	"Check the network, or copy the model's files into a folder of AIOS_MODELS_DIR. Until then AIOS uses the models it has.";

/**
 * One GET, redirects followed. Throws AiosError: `unavailable` where the hub cannot be reached or asks to come back
 * later, `upstream_failed` where it refuses, `cancelled` where `signal` was aborted.
 */
export async function request(
	url: string,
	options: { signal?: AbortSignal; headers?: Record<string, string>; accept?: readonly number[] },
): Promise<Response> {
	const deadline = new AbortController();
	const timer = setTimeout(() => deadline.abort(), answerMs);
	const signal = options.signal === undefined ? deadline.signal : AbortSignal.any([options.signal, deadline.signal]);
	let response: Response;
	try {
		response = await fetch(url, { headers: options.headers ?? {}, signal });
	} catch (error) {
		if (options.signal?.aborted) throw AiosError.from(options.signal.reason);
		const why = deadline.signal.aborted ? `gave no answer in ${answerMs / 1000} seconds` : "cannot be reached";
		throw unreachable(url, why, error);
	} finally {
		clearTimeout(timer);
	}
	if (response.ok || options.accept?.includes(response.status)) return response;
	await response.body?.cancel();
	if (response.status === 429 || response.status >= 500) {
		throw unreachable(url, `is not able to answer now (HTTP ${response.status})`, undefined, response.status);
	}
	throw new AiosError(
		"upstream_failed",
		`${new URL(url).host} refused ${new URL(url).pathname} (HTTP ${response.status}).`,
		{
			spoken: "The model could not be downloaded: its source refused it.",
			fix: byHand,
		},
	);
}

/** GETs and reads JSON within the same limit of time. */
export async function requestJson(url: string, signal?: AbortSignal): Promise<{ body: unknown; link: string }> {
	const deadline = AbortSignal.timeout(2 * answerMs);
	const response = await request(url, {
		signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
	});
	try {
		return { body: await response.json(), link: response.headers.get("link") ?? "" };
	} catch (error) {
		if (signal?.aborted) throw AiosError.from(signal.reason);
		throw unreachable(url, "gave an answer that broke off", error);
	}
}

/** The error for a hub that cannot be used now; `status` is there where it answered at all. */
export function unreachable(url: string, why: string, cause?: unknown, status?: number): AiosError {
	return new AiosError("unavailable", `${new URL(url).host} ${why}.`, {
		spoken: "The model could not be downloaded because its source cannot be reached.",
		fix: byHand,
		cause,
		...(status === undefined ? {} : { details: { status } }),
	});
}

import { AiosError } from "../../contract/index.ts";

/** Names of failures as OAuth has them: RFC 6749 (4.1.2.1, 5.2), RFC 7591 (3.2.2), RFC 8707 (2). */
export type OAuthCode =
	| "invalid_request"
	| "invalid_client"
	| "invalid_client_metadata"
	| "invalid_redirect_uri"
	| "invalid_grant"
	| "invalid_scope"
	| "invalid_target"
	| "access_denied"
	| "unsupported_grant_type"
	| "unsupported_response_type"
	| "temporarily_unavailable";

/** An error that an OAuth client gets under its own name. */
export function refusal(oauth: OAuthCode, message: string, fix?: string): AiosError {
	return new AiosError("bad_request", message, { details: { oauth }, ...(fix === undefined ? {} : { fix }) });
}

/** The name an OAuth client knows an error by. */
export function oauthCodeOf(error: AiosError): string {
	const named = error.details?.oauth;
	if (typeof named === "string") return named;
	return error.status >= 500 || error.code === "rate_limited" ? "temporarily_unavailable" : "invalid_request";
}

/** The answer of RFC 6749, 5.2. */
export function oauthError(thrown: unknown): Response {
	const error = AiosError.from(thrown);
	const code = oauthCodeOf(error);
	const seconds = error.details?.retry_after_s;
	const description = error.code === "internal" ? "Something went wrong inside." : error.message;
	return new Response(JSON.stringify({ error: code, error_description: description.replaceAll(/["\\]/g, "'") }), {
		status: code === "invalid_client" ? 401 : error.status,
		headers: {
			"content-type": "application/json",
			"cache-control": "no-store",
			...(typeof seconds === "number" ? { "retry-after": String(seconds) } : {}),
		},
	});
}

import type { AiosError, Warning } from "../contract/index.ts";

/** RFC 9457 problem details, with `code` as the machine-readable name of the failure. */
export interface Problem {
	type: "about:blank";
	title: string;
	status: number;
	detail: string;
	code: string;
	fix?: string;
	details?: Record<string, unknown>;
}

/** Statuses HTTP has no registered phrase for, or one that says less than the code. */
const titles: Record<number, string> = {
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	409: "Conflict",
	413: "Content Too Large",
	415: "Unsupported Media Type",
	422: "Unprocessable Content",
	429: "Too Many Requests",
	499: "Client Closed Request",
	500: "Internal Server Error",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Timeout",
	507: "Insufficient Storage",
};

/** An error as it is shown over HTTP. */
export function toProblem(error: AiosError, status: number = error.status): Problem {
	return {
		type: "about:blank",
		title: titles[status] ?? "Error",
		status,
		detail: error.message,
		code: error.code,
		...(error.fix === undefined ? {} : { fix: error.fix }),
		...(error.details === undefined ? {} : { details: error.details }),
	};
}

/**
 * The response an error becomes, by its own status or another that says more; refusals for want of credentials say which
 * ones are taken.
 */
export function problemResponse(
	error: AiosError,
	headers: Record<string, string> = {},
	status: number = error.status,
): Response {
	return new Response(JSON.stringify(toProblem(error, status)), {
		status,
		headers: {
			"content-type": "application/problem+json",
			...(error.code === "unauthenticated" ? { "www-authenticate": "Bearer" } : {}),
			...retryAfter(error),
			...headers,
		},
	});
}

/** Seconds after which the same may be tried again. */
function retryAfter({ retryable, status, details }: AiosError): Record<string, string> {
	const seconds = details?.retry_after_s;
	if (typeof seconds === "number") return { "retry-after": String(seconds) };
	return retryable && status === 503 ? { "retry-after": "1" } : {};
}

/** How an answer that is a tool's output alone carries the warning of its call. */
export function warningHeaders(warning: Warning | undefined): Record<string, string> {
	return warning === undefined ? {} : { "x-aios-warning": `not in the history; code=${warning.code}` };
}

/** JSON Schema of {@link Problem}, for OpenAPI documents. */
export const problemSchema = {
	type: "object",
	required: ["type", "title", "status", "detail", "code"],
	properties: {
		type: { type: "string" },
		title: { type: "string" },
		status: { type: "integer" },
		detail: { type: "string" },
		code: { type: "string" },
		fix: { type: "string" },
		details: { type: "object" },
	},
} as const;

/** A JSON-RPC error that answers no request in particular. */
export function rpcError(status: number, code: number, message: string): Response {
	return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status });
}

/** Every way an operation can fail, with the HTTP status it becomes and whether the same call may succeed later. */
const codes = {
	bad_request: { status: 400, retryable: false },
	unauthenticated: { status: 401, retryable: false },
	forbidden: { status: 403, retryable: false },
	not_found: { status: 404, retryable: false },
	method_not_allowed: { status: 405, retryable: false },
	conflict: { status: 409, retryable: false },
	too_large: { status: 413, retryable: false },
	unsupported: { status: 422, retryable: false },
	rate_limited: { status: 429, retryable: true },
	cancelled: { status: 499, retryable: false },
	internal: { status: 500, retryable: false },
	upstream_failed: { status: 502, retryable: true },
	unavailable: { status: 503, retryable: true },
	missing_part: { status: 503, retryable: false },
	busy: { status: 503, retryable: true },
	timeout: { status: 504, retryable: true },
	disk_full: { status: 507, retryable: true },
} as const;

export type ErrorCode = keyof typeof codes;

export interface ErrorOptions {
	/** One sentence a person can be told aloud; by default the message itself. */
	spoken?: string;
	/** What the person can do about it, shown after the message. */
	fix?: string;
	/** Machine-readable context, safe to show: never a secret. */
	details?: Record<string, unknown>;
	cause?: unknown;
}

/** The one error type that crosses module borders; one place each turns it into HTTP, MCP and speech. */
export class AiosError extends Error {
	override readonly name = "AiosError";
	readonly code: ErrorCode;
	readonly spoken: string;
	readonly fix: string | undefined;
	readonly details: Record<string, unknown> | undefined;

	constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
		super(message, { cause: options.cause });
		this.code = code;
		this.fix = options.fix;
		this.spoken = options.spoken ?? (options.fix === undefined ? message : `${message} ${options.fix}`);
		this.details = options.details;
	}

	get status(): number {
		return codes[this.code].status;
	}

	get retryable(): boolean {
		return codes[this.code].retryable;
	}

	/** The form in which an error travels in a Reply, an event or between processes. */
	toJSON(): WireError {
		return {
			code: this.code,
			message: this.message,
			spoken: this.spoken,
			...(this.fix === undefined ? {} : { fix: this.fix }),
			...(this.details === undefined ? {} : { details: this.details }),
		};
	}

	/** Rebuilds an error that travelled as {@link toJSON}; a code this version does not know becomes `internal`. */
	static fromJSON(wire: WireError): AiosError {
		return new AiosError(isErrorCode(wire.code) ? wire.code : "internal", wire.message, wire);
	}

	/** Gives any thrown value as an AiosError: aborts become `cancelled` or `timeout`, a full disk `disk_full`, what no program or file can be given `bad_request`, the unknown `internal`. */
	static from(thrown: unknown): AiosError {
		if (thrown instanceof AiosError) return thrown;
		if (thrown instanceof Error) {
			if (thrown.name === "TimeoutError") {
				return new AiosError("timeout", "It took too long and was stopped.", { cause: thrown });
			}
			if (/without null bytes/.test(thrown.message)) {
				return new AiosError("bad_request", "A NUL character can't be part of a path or of an argument.", {
					cause: thrown,
				});
			}
			if (isFullDisk(thrown)) {
				return new AiosError("disk_full", "There is no room left on the disk.", {
					fix: "Free some disk space and try again.",
					cause: thrown,
				});
			}
			if (thrown.name === "AbortError") return new AiosError("cancelled", "Cancelled.", { cause: thrown });
			return new AiosError("internal", thrown.message, {
				cause: thrown,
				spoken: "Something went wrong inside. The details are on the page.",
			});
		}
		return new AiosError("internal", String(thrown));
	}
}

/** Whether the file system or SQLite had no room, by the error or by what caused it. */
function isFullDisk(error: Error): boolean {
	if ("code" in error && (error.code === "ENOSPC" || error.code === "SQLITE_FULL")) return true;
	return error.cause instanceof Error && isFullDisk(error.cause);
}

/** Why a signal was aborted, as an AiosError: what was given as reason, `timeout`, or else `cancelled`. */
export function abortError(signal: AbortSignal): AiosError {
	const { reason }: { reason: unknown } = signal;
	if (reason instanceof AiosError) return reason;
	if (reason instanceof Error && reason.name === "TimeoutError") return AiosError.from(reason);
	return new AiosError("cancelled", "Cancelled.", { cause: reason });
}

export interface WireError {
	code: string;
	message: string;
	spoken?: string;
	fix?: string;
	details?: Record<string, unknown>;
}

function isErrorCode(code: string): code is ErrorCode {
	return Object.hasOwn(codes, code);
}

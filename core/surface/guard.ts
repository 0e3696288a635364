import type { MiddlewareHandler } from "hono";
import { AiosError } from "../contract/index.ts";
import { readBounded } from "../streams/index.ts";
import { problemResponse } from "./problem.ts";

/** Names under which a service bound to the loopback interface is rightly addressed. */
export const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

export interface GuardOptions {
	/** Host names (without port, IPv6 in brackets) the service answers to; anything else is DNS rebinding. */
	hosts: readonly string[];
	/** Largest request body in bytes. */
	bodyLimit: number;
	/** Paths that take more, and how much. */
	bodyLimits?: ReadonlyMap<string, number>;
}

/**
 * Makes the check before anything else looks at a request: it gives the refusal of one whose Host is not ours (DNS
 * rebinding), whose Origin is another site's (cross-site requests; programs send none) or whose body is too large.
 */
export function createGuard(hosts: readonly string[]): (request: Request, bodyLimit: number) => Response | undefined {
	const known = new Set(hosts.map((host) => host.toLowerCase()));
	return ({ headers }, bodyLimit) => {
		const refused =
			checkHost(headers.get("host"), known) ??
			checkOrigin(headers.get("origin"), known) ??
			checkLength(headers.get("content-length"), bodyLimit);
		return refused === undefined ? undefined : problemResponse(refused);
	};
}

/** {@link createGuard} before every route. */
export function guard({ hosts, bodyLimit, bodyLimits }: GuardOptions): MiddlewareHandler {
	const check = createGuard(hosts);
	// Not async: what passes costs no promise of its own.
	return (c, next) => {
		const refused = check(c.req.raw, bodyLimits?.get(c.req.path) ?? bodyLimit);
		return refused === undefined ? next() : Promise.resolve(refused);
	};
}

function checkHost(header: string | null, known: ReadonlySet<string>): AiosError | undefined {
	const name = hostname(`http://${header ?? ""}`);
	if (name !== undefined && known.has(name)) return undefined;
	return new AiosError("forbidden", "This address is not one the server answers to.", {
		fix: "Open it as localhost, or add the name to the allowed hosts in the settings.",
	});
}

function checkOrigin(header: string | null, known: ReadonlySet<string>): AiosError | undefined {
	if (header === null) return undefined;
	const name = hostname(header);
	if (name !== undefined && known.has(name)) return undefined;
	return new AiosError("forbidden", "Requests from other sites are refused.");
}

function checkLength(header: string | null, limit: number): AiosError | undefined {
	return header !== null && Number(header) > limit ? tooLarge(limit) : undefined;
}

/** Names read lately: a client sends the same Host with every request. */
const read = new Map<string, string>();
const maxRead = 1_000;

function hostname(url: string): string | undefined {
	const known = read.get(url);
	if (known !== undefined || !URL.canParse(url)) return known;
	const name = new URL(url).hostname.toLowerCase();
	if (read.size >= maxRead) read.clear();
	if (url.length < 300) read.set(url, name);
	return name;
}

function tooLarge(limit: number): AiosError {
	return new AiosError("too_large", `A request may have at most ${limit} bytes.`, { details: { limit } });
}

/** The JSON body of a request, read up to `limit` bytes whatever its headers say. Throws `bad_request`, `too_large`, `unsupported`. */
export async function readJson(request: Request, limit: number): Promise<unknown> {
	const type = request.headers.get("content-type") ?? "";
	if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
		throw new AiosError("bad_request", "The body must be JSON with content-type application/json.");
	}
	const text = await readText(request, limit);
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw new AiosError("bad_request", "The body is not valid JSON.", { cause });
	}
	if (text.length > 2 * maxDepth && isDeep(value)) {
		throw new AiosError("bad_request", `The body is nested deeper than ${maxDepth} levels.`);
	}
	return value;
}

/** The fields of a call: a JSON body, or none at all where nothing has to be said. Throws as {@link readJson} does. */
export async function readFields(request: Request, limit: number): Promise<unknown> {
	const nothing = request.body === null || request.headers.get("content-length") === "0";
	return nothing ? {} : readJson(request, limit);
}

/** Levels of nesting a body may have: whoever goes through it level by level (digests, redaction) must come to an end. */
const maxDepth = 200;

function isDeep(value: unknown): boolean {
	let level = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > maxDepth) return true;
		level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
	}
	return false;
}

function readText(request: Request, limit: number): Promise<string> {
	const declared = request.headers.get("content-length");
	const refused = checkLength(declared, limit);
	if (refused !== undefined) throw refused;
	// The HTTP server holds a sender to the length it declared.
	if (declared !== null) return request.text();
	return readBytes(request, limit).then((bytes) => new TextDecoder().decode(bytes));
}

/** The body of a request as it is, read up to `limit` bytes whatever its headers say. Throws `too_large`. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
	// The guard lets a path that takes a recording have more than JSON may.
	const refused = checkLength(request.headers.get("content-length"), limit);
	if (refused !== undefined) throw refused;
	return readBounded(request.body, limit, () => tooLarge(limit));
}

import { AiosError } from "../../contract/index.ts";
import { readBytes } from "../../surface/index.ts";
import { refusal } from "./refusal.ts";

/** Largest body of a form, in bytes. */
const formLimit = 10_000;
/** Longest query of an authorization request, in characters. */
const queryLimit = 8_000;

/** The parameters of a form by name. Throws `invalid_request`, `too_large`. */
export async function readForm(request: Request): Promise<URLSearchParams> {
	if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) {
		throw refusal("invalid_request", "The body must be a form (application/x-www-form-urlencoded).");
	}
	return new URLSearchParams(new TextDecoder().decode(await readBytes(request, formLimit)));
}

/** The query of a request. Throws `too_large`. */
export function readQuery(url: string): URLSearchParams {
	const { search, searchParams } = new URL(url);
	if (search.length > queryLimit) throw new AiosError("too_large", "The request is too long.");
	return searchParams;
}

/** One parameter; an empty one counts as missing. Throws `invalid_request` where it is there twice (RFC 6749, 3.1). */
export function one(form: URLSearchParams, name: string): string | undefined {
	const [value, second] = form.getAll(name);
	if (second !== undefined) throw refusal("invalid_request", `${name} may be given once only.`);
	return value === "" ? undefined : value;
}

/** One parameter that must be there. Throws `invalid_request`. */
export function needed(form: URLSearchParams, name: string): string {
	const value = one(form, name);
	if (value === undefined) throw refusal("invalid_request", `${name} is missing.`);
	return value;
}

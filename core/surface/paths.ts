import type { Env, Hono } from "hono";
import { getPath } from "hono/utils/url";
import { AiosError } from "../contract/index.ts";
import { problemResponse } from "./problem.ts";

/** The path a request is for, as the router sees it: with a slash at its end it is the same one. */
export function plainPath(request: Request): string {
	const path = getPath(request);
	return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The methods for which an app has a route of that very path; wildcards serve what they find, and don't count. */
export function methodsOf<E extends Env>(app: Hono<E>, path: string): string[] {
	return methods.filter((method) =>
		app.router.match(method, path)[0].some(([[, route]]) => route.method === method && !route.path.endsWith("*")),
	);
}

/** The answer to a request no route took: 404, or where the path has other methods 405, or what they are. */
export function unrouted(method: string, path: string, allowed: readonly string[]): Response {
	if (allowed.length === 0) return problemResponse(new AiosError("not_found", `There is no ${method} ${path} here.`));
	const allow = allowed.join(", ");
	if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
	return problemResponse(new AiosError("method_not_allowed", `${path} takes ${allow}, not ${method}.`), { allow });
}

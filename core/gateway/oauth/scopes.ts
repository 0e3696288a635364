import type { Effect } from "../../contract/index.ts";
import { intersect } from "../../security/index.ts";
import { serverOf } from "./places.ts";

/** What an endpoint can be asked for: each is a permission for one effect, there. */
export const scopesSupported: readonly Effect[] = ["read", "write", "destructive", "outbound"];

const shape = /^(?:([a-z0-9_-]+):)?(read|write|destructive|outbound)$/;

/**
 * The permission pattern a scope stands for at an endpoint: `EFFECT` is that effect on every server behind it,
 * `SERVER:EFFECT` on one of them. Undefined for what is no scope of this endpoint.
 */
export function patternOf(scope: string, resource: string): string | undefined {
	const [, named, effect] = shape.exec(scope) ?? [];
	if (effect === undefined) return undefined;
	const server = serverOf(resource);
	if (server !== undefined && named !== undefined && named !== server) return undefined;
	return `${named ?? server ?? "*"}:*:${effect}`;
}

/** The patterns of several scopes. */
export function patternsOf(scopes: readonly string[], resource: string): string[] {
	return scopes.map((scope) => patternOf(scope, resource)).filter((pattern) => pattern !== undefined);
}

/** Of the scopes asked for, those this endpoint has and of which a person with these permissions could do anything. */
export function grantable(asked: readonly string[], resource: string, permissions: readonly string[]): string[] {
	return [...new Set(asked)].filter((scope) => {
		const pattern = patternOf(scope, resource);
		return pattern !== undefined && intersect(permissions, [pattern]).length > 0;
	});
}

/** The names in a `scope` parameter (RFC 6749, 3.3). */
export function splitScope(scope: string): string[] {
	return scope.split(" ").filter((name) => name !== "");
}

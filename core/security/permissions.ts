import { z } from "zod";
import type { BuiltInRole } from "../contract/index.ts";

/** A permission `SERVER:TOOL:EFFECT`, each part a name or `*`. The gateway's own routes are the tools of `aios`. */
export const permissionSchema = z
	.string()
	.regex(/^(\*|[a-z0-9_-]+):(\*|[A-Za-z0-9_.-]+):(\*|read|write|destructive|outbound)$/, {
		error: "expected SERVER:TOOL:EFFECT, each part a name or *",
	});

export interface Role {
	name: string;
	base: BuiltInRole;
	permissions: readonly string[];
	ask: readonly string[];
}

/** The roles every installation has. A tool's own `role` bounds a user further; a guest reads only. */
export const builtInRoles: readonly Role[] = [
	{ name: "administrator", base: "administrator", permissions: ["*:*:*"], ask: [] },
	{ name: "user", base: "user", permissions: ["*:*:*"], ask: [] },
	{ name: "guest", base: "guest", permissions: ["*:*:read"], ask: [] },
];

/** What both lists of patterns allow: a key's scopes within its owner's permissions. */
export function intersect(a: readonly string[], b: readonly string[]): string[] {
	const both = a.flatMap((left) => b.map((right) => meet(left, right)).filter((met) => met !== undefined));
	return [...new Set(both)];
}

function meet(a: string, b: string): string | undefined {
	const left = a.split(":");
	const right = b.split(":");
	const parts = left.map((part, index) => {
		const other = right[index];
		if (part === "*") return other;
		return other === "*" || other === part ? part : undefined;
	});
	return parts.includes(undefined) ? undefined : parts.join(":");
}

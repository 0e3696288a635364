import { AiosError, type CatalogueTool, covers, type Principal } from "../contract/index.ts";

const ranks: Record<string, number> = { guest: 0, user: 1, administrator: 2 };

/**
 * Refuses a call its caller has no right to: a permission `SERVER:TOOL:EFFECT` (each part may be `*`) must match,
 * and the built-in role it is or builds on must rank at least as high as the tool asks.
 */
export function permit(principal: Principal, tool: Pick<CatalogueTool, "server" | "name" | "effect" | "role">): void {
	const rank = ranks[principal.base ?? principal.role];
	const needed = ranks[tool.role] ?? 0;
	const granted = principal.permissions.some((pattern) => covers(pattern, tool));
	if (granted && rank !== undefined && rank >= needed) return;
	throw new AiosError("forbidden", `${principal.name} may not use ${tool.name} of ${tool.server}.`, {
		spoken: "You don't have permission for that.",
		fix: "An administrator can grant it.",
	});
}

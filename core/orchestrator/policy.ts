import type { CatalogueTool, CommandOptions, Principal } from "../contract/index.ts";

export interface PolicyDeps {
	/** Throws `forbidden` where the caller has no right to the tool. */
	permit(principal: Principal, tool: CatalogueTool): void;
	/** Whether results of this server carry words written by strangers: web pages, mail, messages, issues. */
	outside(server: string): boolean;
}

export interface PolicyQuestion {
	tool: CatalogueTool;
	user: Principal;
	source: CommandOptions["source"];
	/** Whether content from outside was read in this session. */
	tainted: boolean;
}

export interface Policy {
	/** `run`, or `confirm` where a person must say yes to this exact call first. Throws `forbidden`. */
	decide(question: PolicyQuestion): "run" | "confirm";
	/** Whether a result of this tool may bring a stranger's words into the session. */
	taints(tool: CatalogueTool): boolean;
}

/** The server whose writes stay here and can be taken back: timers, lists. They are not asked about again. */
const ownServer = "main";

/**
 * Decides by who asks, what the tool does to the world and where the call comes from. Nothing a tool returns can change
 * it: rules are code, and permissions change only through the gateway's routes, which are no tools.
 */
export function createPolicy({ permit, outside }: PolicyDeps): Policy {
	return {
		decide({ tool, user, source, tainted }) {
			permit(user, tool);
			if (user.ask?.some((pattern) => covers(pattern, tool))) return "confirm";
			if (source === "direct" || tool.effect === "read") return "run";
			if (tool.effect !== "write") return "confirm";
			return tainted && tool.server !== ownServer ? "confirm" : "run";
		},
		taints: (tool) => outside(tool.server),
	};
}

function covers(pattern: string, { server, name, effect }: CatalogueTool): boolean {
	const [forServer, forTool, forEffect] = pattern.split(":");
	return [
		[forServer, server],
		[forTool, name],
		[forEffect, effect],
	].every(([part, value]) => part === "*" || part === value);
}

import { type CatalogueTool, type CommandOptions, covers, type Principal } from "../contract/index.ts";

export interface PolicyDeps {
	/** Throws `forbidden` where the caller has no right to the tool. */
	permit(principal: Principal, tool: CatalogueTool): void;
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

/**
 * Decides by who asks, what the tool does to the world and where the call comes from. Nothing a tool returns can change
 * it: rules are code, and permissions change only through the gateway's routes, which are no tools.
 */
export function createPolicy({ permit }: PolicyDeps): Policy {
	return {
		decide({ tool, user, source, tainted }) {
			permit(user, tool);
			if (user.ask?.some((pattern) => covers(pattern, tool))) return "confirm";
			if (source === "direct" || tool.effect === "read") return "run";
			if (tool.effect !== "write") return "confirm";
			return tainted && tool.harmless !== true ? "confirm" : "run";
		},
		taints: (tool) => tool.outside === true,
	};
}

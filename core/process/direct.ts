import { AiosError, type CatalogueTool, covers, type Principal } from "../contract/index.ts";
import { permit } from "../surface/index.ts";

/**
 * The right of somebody who comes to a server's own port: as everywhere, but what they are set to be asked about first
 * does not run here, where nobody can be asked. Throws `forbidden`.
 */
export function permitDirect(principal: Principal, tool: CatalogueTool): void {
	permit(principal, tool);
	if (!principal.ask?.some((pattern) => covers(pattern, tool))) return;
	throw new AiosError("forbidden", `${principal.name} is asked first before ${tool.name} of ${tool.server} runs.`, {
		fix: "Call it at the main port, which can ask: POST /command or /mcp.",
	});
}

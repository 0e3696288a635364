import type { CatalogueTool } from "../../core/contract/index.ts";
import { toCatalogueTool } from "../../core/orchestrator/catalogue.ts";
import { describeServer, toMcpTool } from "../../core/surface/index.ts";
import { builtInServers } from "../../servers/index.ts";
import { mainTools } from "./main-tools.ts";

/** The tools of all eight servers as the product has them: read from what each server's process tells of itself. */
export async function wholeCatalogue(): Promise<CatalogueTool[]> {
	const servers = await Promise.all(Object.values(builtInServers).map((load) => load()));
	const told = servers.flatMap((server) =>
		describeServer(server).map((tool) => toCatalogueTool(server.name, { ...toMcpTool(tool) }, true)),
	);
	return [...mainTools(), ...told];
}

/** Instants as the wall clock shows them, so that tests pass in every time zone. */
export function onTheWall(args: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(args).map(([name, value]) => {
			const instant = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);
			return [name, instant ? value.slice(0, 16) : value];
		}),
	);
}

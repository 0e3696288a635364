import { createHash } from "node:crypto";
import type { CatalogueTool } from "../contract/index.ts";
import { toCatalogueTool } from "./catalogue.ts";
import type { ListedTool } from "./connection.ts";

/** SHA-256 of a definition, whatever order its keys came in. */
function pinOf(tool: ListedTool): string {
	return createHash("sha256")
		.update(JSON.stringify(sorted(tool)))
		.digest("hex");
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)]),
	);
}

/** The pin of each listed tool, by name. */
export function pinsOf(listed: readonly ListedTool[]): Record<string, string> {
	return Object.fromEntries(listed.map((tool) => [tool.name, pinOf(tool)]));
}

/** Divides a listing into what was approved exactly so, and the names of what was not. */
export function holdChanges(
	server: string,
	listed: readonly ListedTool[],
	pins: Readonly<Record<string, string>>,
): { tools: Map<string, CatalogueTool>; held: string[] } {
	const approved = listed.filter((tool) => pins[tool.name] === pinOf(tool));
	const taken = new Set(approved.map(({ name }) => name));
	return {
		tools: new Map(approved.map((tool) => [tool.name, toCatalogueTool(server, tool, false)])),
		held: listed.map(({ name }) => name).filter((name) => !taken.has(name)),
	};
}

import type { CatalogueTool } from "../../contract/index.ts";

/** Reading a server's resources and prompts, as a right: `SERVER:resources:read`. */
export function readingOf(server: string): CatalogueTool {
	return {
		server,
		name: "resources",
		title: "Resources",
		description: "Resources and prompts of the server.",
		effect: "read",
		role: "guest",
		idempotent: true,
		input: {},
		output: {},
		timeoutMs: 0,
	};
}

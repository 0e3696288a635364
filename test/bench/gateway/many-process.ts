import { z } from "zod";
import { defineServer, defineTool, silentLogger } from "../../../core/contract/index.ts";
import { createServerApp } from "../../../core/surface/index.ts";
import { admin } from "../../fixtures/people.ts";

/** An MCP server of as many tools as the argument says, for registering. */
const count = Number(process.argv[2]);
const tools = Array.from({ length: count }, (_, index) =>
	defineTool({
		name: `tool_${index}`,
		title: `Tool ${index}`,
		description: `Looks up what number ${index} stands for, in a place and up to a number of rows.`,
		effect: "read",
		input: z.object({ place: z.string().max(100), rows: z.number().int().min(1).max(50).optional() }),
		output: z.object({ found: z.array(z.string()) }),
		voice: { en: { sentences: [] } },
		say: () => "Here it is.",
		run: () => ({ found: [] }),
	}),
);
const definition = defineServer({
	name: "many",
	title: "Many",
	description: "Many tools.",
	port: 0,
	tools,
	adapters: () => ({}),
});
const { app } = createServerApp({
	definition,
	adapters: {},
	authenticate: () => admin,
	version: "1",
	log: silentLogger,
});
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
console.log(JSON.stringify({ port: server.port }));
for await (const _ of Bun.stdin.stream()) {
	// Whoever started it ends it by closing its input.
}
process.exit(0);

import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";
import { defineServer, type Principal, type ServerDefinition, systemClock } from "../contract/index.ts";
import { createLocalServer, loadMcp } from "../surface/index.ts";
import { createLineLogger } from "./log.ts";

/**
 * Runs one plugin: `bun core/process/plugin-main.ts FOLDER DATA_FOLDER`. Its definition is served over MCP on standard
 * input and output, so it can be reached without a network; what it prints goes to the log.
 */
const [folder = "", dataDir = ""] = process.argv.slice(2);
const log = createLineLogger("info");
console.log = (...words: unknown[]) => log.info(words.join(" "));

/** Plugins are told that somebody called who may, and not who: rights were checked before. */
const caller: Principal = { id: "aios", name: "AIOS", role: "user", base: "user", permissions: [], via: "internal" };

const tool = z.looseObject({ name: z.string().regex(/^[a-z][a-z0-9_]*$/), run: z.custom<() => unknown>(isFunction) });
const shape = z.looseObject({
	name: z.string(),
	title: z.string(),
	description: z.string(),
	tools: z.array(tool),
	adapters: z.custom<ServerDefinition["adapters"]>(isFunction),
});

function isDefinition(value: unknown): value is ServerDefinition {
	return shape.safeParse(value).success;
}

function isFunction(value: unknown): boolean {
	return typeof value === "function";
}

const { server: found }: { server?: unknown } = await import(`${folder}/index.ts`);
if (!isDefinition(found)) throw new Error("index.ts exports no `server` made by defineServer");
const definition = defineServer(found);
const adapters: unknown = await definition.adapters({
	settings: (definition.settings ?? z.object({})).parse({}),
	dataDir,
	childEnv: { PATH: process.env.PATH ?? "", HOME: dataDir },
	folders: { allowed: [dataDir], denied: [], home: dataDir },
	clock: systemClock,
	log,
});
const local = createLocalServer({ definition, adapters, clock: systemClock, log });
const { mcpServer } = await loadMcp();
const { name, title, instructions, tools, run } = local;
const subject = {
	name,
	title,
	version: "1",
	instructions,
	tools,
	caller,
	run: (wanted: (typeof tools)[number], ...rest: [unknown, Parameters<typeof run>[2]]) => run(wanted.name, ...rest),
};
await mcpServer(subject).connect(new StdioServerTransport());
process.stdin.on("end", () => process.exit(0));

import { z } from "zod";
import type { CatalogueTool, JsonSchema, ServerDefinition, Tool } from "../contract/index.ts";

/** `.int()` is written with the bounds of a safe integer, which say nothing to a person or a model. */
const safeIntegerBounds = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/**
 * The strict form of an object schema: unknown fields are refused unless the tool says otherwise,
 * so that a misspelt field is an error with a name and not a value silently ignored.
 */
export function strictly(schema: z.ZodObject): z.ZodObject {
	return schema.def.catchall === undefined ? schema.strict() : schema;
}

/** A zod schema as JSON Schema 2020-12, the dialect of MCP and OpenAPI 3.1. Keywords given by `meta` (x-slot) are kept. */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
	const { $schema: _, ...json } = z.toJSONSchema(schema, {
		target: "draft-2020-12",
		io,
		override: ({ jsonSchema }) => {
			if (jsonSchema.type !== "integer") return;
			if (safeIntegerBounds.has(jsonSchema.maximum ?? 0)) delete jsonSchema.maximum;
			if (safeIntegerBounds.has(jsonSchema.minimum ?? 0)) delete jsonSchema.minimum;
		},
	});
	return json;
}

/** A tool as plain data, as it stands in the catalogue and in `_meta["aios/tool"]` of tools/list. */
export function describeTool(server: string, tool: Tool): CatalogueTool {
	return {
		server,
		name: tool.name,
		title: tool.title,
		description: tool.description,
		effect: tool.effect,
		role: tool.role,
		idempotent: tool.idempotent,
		...(tool.outside === true ? { outside: true } : {}),
		...(tool.harmless === true ? { harmless: true } : {}),
		...(tool.stateful === true ? { stateful: true } : {}),
		input: toJsonSchema(strictly(tool.input), "input"),
		output: toJsonSchema(tool.output, "output"),
		voice: tool.voice,
		timeoutMs: tool.timeoutMs,
		...(tool.resolve === undefined ? {} : { resolves: true }),
		...(tool.body === undefined ? {} : { body: tool.body }),
	};
}

/** Every tool of a server, in the order the definition gives them. */
export function describeServer(definition: ServerDefinition): CatalogueTool[] {
	return definition.tools.map((tool) => describeTool(definition.name, tool));
}

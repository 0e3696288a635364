import type { CatalogueTool, JsonSchema } from "../contract/index.ts";
import { problemSchema } from "./problem.ts";

export interface OpenApiInfo {
	title: string;
	description: string;
	version: string;
}

const problem = (description: string): JsonSchema => ({
	description,
	content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

/** Credentials every route but `/health` takes, as OpenAPI security schemes. */
export const securitySchemes: JsonSchema = {
	bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
	apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
};

/** One operation a tool: `POST /TOOL`, its input as JSON body and its output as answer. */
export function toolPaths(tools: readonly CatalogueTool[]): Record<string, JsonSchema> {
	return Object.fromEntries(tools.map((tool) => [`/${tool.name}`, { post: operation(tool) }]));
}

function operation(tool: CatalogueTool): JsonSchema {
	return {
		operationId: tool.name,
		summary: tool.title,
		description: tool.description,
		tags: [tool.server],
		"x-effect": tool.effect,
		requestBody: { required: true, content: { "application/json": { schema: tool.input }, ...rawContent(tool) } },
		responses: {
			"200": { description: "The tool's output.", content: { "application/json": { schema: tool.output } } },
			"400": problem("The input does not match its description."),
			"401": problem("No valid credentials."),
			"403": problem("The caller may not use this tool, or the request comes from elsewhere."),
			"413": problem("The body or the result is too large."),
			default: problem("The tool failed; `code` says how."),
		},
	};
}

/** The media types of a body that is no JSON. */
function rawContent({ body }: CatalogueTool): JsonSchema {
	return Object.fromEntries(
		(body?.mimeTypes ?? []).map((type) => [type, { schema: { type: "string", format: "binary" } }]),
	);
}

/** The OpenAPI 3.1 document of one server. */
export function openApiDocument(info: OpenApiInfo, tools: readonly CatalogueTool[]): JsonSchema {
	return {
		openapi: "3.1.0",
		info,
		security: [{ bearer: [] }, { apiKey: [] }],
		paths: { "/health": { get: health }, ...toolPaths(tools) },
		components: { securitySchemes, schemas: { Problem: problemSchema } },
	};
}

const health: JsonSchema = {
	operationId: "health",
	summary: "Whether the server is up, and what it needs of its surroundings",
	security: [],
	responses: {
		"200": {
			description: "It is up.",
			content: {
				"application/json": {
					schema: {
						type: "object",
						required: ["status"],
						properties: { status: { type: "string", enum: ["healthy", "degraded"] }, requirements: { type: "array" } },
					},
				},
			},
		},
	},
};

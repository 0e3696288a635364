import { OpenAPIHono, z } from "@hono/zod-openapi";
import { AiosError } from "../contract/index.ts";
import { problemResponse } from "../surface/index.ts";
import type { GatewayApp } from "./types.ts";

const problem = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.number().int(),
		detail: z.string(),
		code: z.string(),
		fix: z.string().optional(),
		details: z.record(z.string(), z.unknown()).optional(),
	})
	.openapi("Problem");

/** The answers every route may give besides its own. */
export const problems = {
	default: { description: "What went wrong, by `code`.", content: { "application/problem+json": { schema: problem } } },
};

/** An answer of JSON. */
export function json<S extends z.ZodType>(schema: S, description: string) {
	return { description, content: { "application/json": { schema } } };
}

/** A request body of JSON that must be there. */
export function body<S extends z.ZodType>(schema: S) {
	return { required: true, content: { "application/json": { schema } } };
}

/** Which page of a listing that grows at its beginning. */
export const page = z.object({
	limit: z
		.string()
		.regex(/^\d{1,3}$/)
		.optional(),
	before: z
		.string()
		.regex(/^\d{1,15}$/)
		.optional(),
});

/** Rows of one page where the caller does not say. */
export const pageSize = 50;

/** A part of the app whose refusals of malformed requests are problems too. */
export function newApp(): GatewayApp {
	const app: GatewayApp = new OpenAPIHono({
		defaultHook: (result) => {
			if (result.success) return undefined;
			const fields = result.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
			const said = fields.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
			return problemResponse(
				new AiosError("bad_request", `The request is not valid: ${said}.`, { details: { fields } }),
			);
		},
	});
	return app;
}

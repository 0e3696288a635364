import { OpenAPIHono, z } from "@hono/zod-openapi";
import { AiosError } from "../contract/index.ts";
import { plainPath, problemResponse } from "../surface/index.ts";
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
		.regex(/^[1-9]\d{0,2}$/, { error: "expected a whole number from 1 to 999" })
		.optional(),
	before: z
		.string()
		.regex(/^\d{1,15}$/, { error: "expected the `next` of the page before" })
		.optional(),
});

/** Rows of one page where the caller does not say. */
export const pageSize = 50;

/** A part of the app whose refusals of malformed requests are problems too. */
export function newApp(): GatewayApp {
	const app: GatewayApp = new OpenAPIHono({
		getPath: plainPath,
		defaultHook: (result) => (result.success ? undefined : problemResponse(invalid(result.error))),
	});
	return app;
}

/** The refusal of a request that does not fit its schema, naming each field. */
export function invalid(error: z.ZodError): AiosError {
	const fields = likeliest(error.issues).map(({ path, message }) => ({ field: path.join("."), message }));
	const said = fields.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
	return new AiosError("bad_request", `The request is not valid: ${said}.`, { details: { fields } });
}

type Issue = z.core.$ZodIssue;

/** Of several forms a value may have, the problems with the one that was most likely meant: the one it lacks least for. */
function likeliest(issues: readonly Issue[]): Issue[] {
	return issues.flatMap((issue) => {
		if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
		const forms = issue.errors.map((form) =>
			likeliest(form).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
		);
		return forms.reduce((best, form) => (lacks(form) < lacks(best) ? form : best));
	});
}

/** Missing fields weigh more than wrong ones. */
function lacks(form: readonly Issue[]): number {
	return form.length + form.filter(({ message }) => message.endsWith("received undefined")).length * 100;
}

import { z } from "zod";

/**
 * `POST /token`, as JSON or form. Without `grant_type` it is name and password. The page exchanges the `token` of the
 * printed address by `one_time_token`, and after a reload asks by `refresh_token`: the token itself is then in a cookie
 * that scripts can't read. Elsewhere the refresh token is the one of the last answer.
 */
export const tokenRequestSchema = z.union([
	z.object({ grant_type: z.literal("one_time_token"), token: z.string().min(1).max(500) }),
	z.object({ grant_type: z.literal("refresh_token"), refresh_token: z.string().min(1).max(500).optional() }),
	z.object({
		grant_type: z.literal("password").optional(),
		username: z.string().min(1).max(200),
		password: z.string().min(1).max(1_000),
	}),
]);

/** `expires_in` is seconds. The refresh token works once; each answer brings the next. */
export const tokenAnswerSchema = z.object({
	access_token: z.string(),
	token_type: z.literal("bearer"),
	expires_in: z.number().int(),
	refresh_token: z.string(),
	user: z.object({ id: z.string(), name: z.string(), role: z.string() }),
});

export type TokenRequest = z.output<typeof tokenRequestSchema>;
export type TokenAnswer = z.output<typeof tokenAnswerSchema>;

import { z } from "zod";

const text = z.string().min(1).max(20_000);

/**
 * What this assistant is to the authorization server of a server behind it, where an administrator arranged that
 * beforehand. Without one it presents itself, and a person signs in. Everything but names and addresses is secret.
 */
export const upstreamClientSchema = z.strictObject({
	id: text,
	/** Shared with the authorization server. */
	secret: text.optional(),
	/** PKCS #8, PEM; signs what stands in place of a secret (`private_key_jwt`). */
	private_key: text.optional(),
	algorithm: z.enum(["ES256", "ES384", "RS256", "RS384", "PS256"]).default("ES256"),
	/**
	 * `authorization_code`: a person signs in in the browser. The others need nobody: `client_credentials` on its own
	 * behalf, `jwt_bearer` with the `assertion` of a workload, `cross_app` with a person's sign-in at the organisation.
	 */
	grant: z.enum(["authorization_code", "client_credentials", "jwt_bearer", "cross_app"]).default("authorization_code"),
	/** The only authorization server that gets these; the one the server names first, when absent. */
	issuer: z.url().optional(),
	/** Rights to ask for, separated by spaces, where the server names none. */
	scope: z.string().max(2_000).optional(),
	/** A JWT that says which workload this is. */
	assertion: text.optional(),
	/** The organisation's own sign-in, for `cross_app`. */
	idp: z
		.strictObject({ token_endpoint: z.url(), client_id: text, client_secret: text.optional(), id_token: text })
		.optional(),
});

export type UpstreamClient = z.output<typeof upstreamClientSchema>;

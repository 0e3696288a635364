import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { AiosError, type Clock, type Principal, principalSchema } from "../contract/index.ts";
import type { Keyring } from "./keyring.ts";

const issuer = "aios";
/** Audience of people's tokens. */
export const userAudience = "aios";
/** Audience of the orchestrator's tokens for one server. */
export const serverAudience = (server: string) => `${userAudience}:${server}`;

/** Seconds a token of the orchestrator lives: one call, with room for a busy machine. */
const serverTokenSeconds = 120;

/** What an application's tokens begin their audience with: the path of the MCP endpoint they are for. */
export const mcpAudience = "/mcp";

/** `typ` of the two kinds, so that neither can ever pass for the other; the second is RFC 9068's. */
const plainType = "JWT";
const applicationType = "at+jwt";

const userClaims = z.object({ sub: z.string(), sid: z.string(), exp: z.number() });
const applicationClaims = z.object({ grant: z.string(), scopes: z.array(z.string()), exp: z.number() });
const principalClaims = z.object({
	exp: z.number(),
	principal: principalSchema,
});

/** `scopes` are permission patterns, as the grant's own or fewer. */
export interface ApplicationClaims {
	grant: string;
	resource: string;
	scopes: readonly string[];
}

export interface Tokens {
	/** A person's access token; `sid` is the sign-in it belongs to. */
	issueUser(claims: { userId: string; sid: string; seconds: number }): Promise<string>;
	/** Takes a person's token. Times are seconds since 1970. Throws `unauthenticated`. */
	verifyUser(token: string): Promise<{ userId: string; sid: string; exp: number }>;
	/**
	 * An application's access token for one MCP endpoint, `/mcp` or `/mcp/SERVER`. The audience is the path alone: the
	 * endpoint is the same one by whichever of its names (127.0.0.1, localhost…) it is reached.
	 */
	issueApplication(claims: ApplicationClaims & { seconds: number }): Promise<string>;
	/** Takes a token made for that endpoint. Throws `unauthenticated`. */
	verifyApplication(token: string, resource: string): Promise<ApplicationClaims & { exp: number }>;
	/** The grant an application's token belongs to, whichever endpoint it is for; undefined for one that is not valid. */
	grantOf(token: string): Promise<string | undefined>;
	/** A short-lived token that stands for `principal` at one server. Kept and given again while it has half its life. */
	issueServer(server: string, principal: Principal): Promise<string>;
	/** Takes a token made for `server`. Throws `unauthenticated`. */
	verifyServer(token: string, server: string): Promise<{ principal: Principal; exp: number }>;
}

/** Makes and checks JWTs: EdDSA only, with key id, issuer and audience. */
export function createTokens({ keyring, clock }: { keyring: Keyring; clock: Clock }): Tokens {
	const kept = new WeakMap<Principal, Map<string, { token: string; until: number }>>();

	async function sign(
		payload: Record<string, unknown>,
		audience: string,
		seconds: number,
		typ: string = plainType,
	): Promise<string> {
		const { kid, key } = keyring.signing();
		const now = Math.floor(clock.now().getTime() / 1000);
		return new SignJWT(payload)
			.setProtectedHeader({ alg: "EdDSA", typ, kid })
			.setIssuer(issuer)
			.setAudience(audience)
			.setIssuedAt(now)
			.setExpirationTime(now + seconds)
			.setJti(crypto.randomUUID())
			.sign(key);
	}

	async function verify(token: string, audience: string | undefined, typ: string = plainType): Promise<unknown> {
		try {
			const { payload } = await jwtVerify(
				token,
				async ({ kid }) => {
					const key = kid === undefined ? undefined : await keyring.verifying(kid);
					if (key === undefined) throw new errors.JWSSignatureVerificationFailed();
					return key;
				},
				{
					algorithms: ["EdDSA"],
					issuer,
					audience,
					typ,
					currentDate: clock.now(),
					requiredClaims: ["exp", "aud", "iat"],
				},
			);
			return payload;
		} catch (cause) {
			throw refused(cause instanceof errors.JWTExpired ? "The token has expired." : "The token is not valid.", cause);
		}
	}

	return {
		issueUser: ({ userId, sid, seconds }) => sign({ sub: userId, sid }, userAudience, seconds),
		async verifyUser(token) {
			const claims = userClaims.safeParse(await verify(token, userAudience));
			if (!claims.success) throw refused("The token is not valid.", claims.error);
			return { userId: claims.data.sub, sid: claims.data.sid, exp: claims.data.exp };
		},
		issueApplication: ({ grant, resource, scopes, seconds }) =>
			sign({ grant, scopes }, resource, seconds, applicationType),
		async verifyApplication(token, resource) {
			const claims = applicationClaims.safeParse(await verify(token, resource, applicationType));
			if (!claims.success) throw refused("The token is not valid.", claims.error);
			return { ...claims.data, resource };
		},
		async grantOf(token) {
			const payload = await verify(token, undefined, applicationType).catch(() => undefined);
			return applicationClaims.safeParse(payload).data?.grant;
		},
		async issueServer(server, principal) {
			const now = clock.now().getTime();
			const known = kept.get(principal)?.get(server);
			if (known !== undefined && known.until > now) return known.token;
			const token = await sign({ sub: principal.id, principal }, serverAudience(server), serverTokenSeconds);
			const tokens = kept.get(principal) ?? new Map<string, { token: string; until: number }>();
			tokens.set(server, { token, until: now + (serverTokenSeconds * 1000) / 2 });
			kept.set(principal, tokens);
			return token;
		},
		async verifyServer(token, server) {
			const claims = principalClaims.safeParse(await verify(token, serverAudience(server)));
			if (!claims.success) throw refused("The token is not valid.", claims.error);
			return claims.data;
		},
	};
}

function refused(message: string, cause: unknown): AiosError {
	return new AiosError("unauthenticated", message, { fix: "Sign in again.", cause });
}

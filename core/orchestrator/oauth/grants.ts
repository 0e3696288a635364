import {
	type FetchLike,
	fetchToken,
	type OAuthClientProvider,
	type OAuthTokens,
	refreshAuthorization,
	requestJwtAuthorizationGrant,
} from "@modelcontextprotocol/client";
import { AiosError, type UpstreamClient } from "../../contract/index.ts";
import { type Authority, keyProof } from "./discover.ts";
import type { ClientInfo, Grant } from "./kept.ts";

/** RFC 7523: a JWT stands for whoever asks. */
const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

interface Asked {
	client: ClientInfo;
	scope: string | undefined;
	endpoint: string;
	now: number;
	by?: string;
}

/** What is kept of an answer of the token endpoint. */
export function toGrant(tokens: OAuthTokens, authority: Authority, asked: Asked): Grant {
	const { access_token, refresh_token, expires_in } = tokens;
	const { client, scope, endpoint, now, by } = asked;
	return {
		accessToken: access_token,
		refreshToken: refresh_token,
		expiresAt: expires_in === undefined ? undefined : now + expires_in * 1000,
		scope,
		issuer: authority.issuer,
		resource: authority.resource,
		endpoint,
		client,
		by,
	};
}

/** Trades the refresh token for the next access token; the rights stay. Throws OAuthError where it is refused. */
export async function refresh(
	grant: Grant,
	arranged: UpstreamClient | undefined,
	authority: Authority,
	{ reach, now }: { reach: FetchLike; now: number },
): Promise<Grant> {
	const { refreshToken = "", client, scope, endpoint, by, resource } = grant;
	const tokens = await refreshAuthorization(authority.url, {
		metadata: authority.metadata,
		clientInformation: client,
		refreshToken,
		resource,
		addClientAuthentication: keyProof(arranged?.id === client.client_id ? arranged : undefined),
		fetchFn: reach,
	});
	return toGrant(tokens, authority, { client, scope, endpoint, by, now });
}

/** Gets a token without anybody signing in, as arranged. Throws OAuthError where it is refused. */
export async function obtain(
	arranged: UpstreamClient,
	authority: Authority,
	asked: Omit<Asked, "client" | "by"> & { reach: FetchLike },
): Promise<Grant> {
	const client = { client_id: arranged.id, client_secret: arranged.secret };
	const { reach, scope } = asked;
	const tokens = await fetchToken(providerOf(arranged, client, authority, reach), authority.url, {
		metadata: authority.metadata,
		resource: authority.resource,
		scope,
		fetchFn: reach,
	});
	// Nothing is refreshed here: the next token comes the same way.
	return toGrant({ ...tokens, refresh_token: undefined }, authority, { ...asked, client });
}

/** The SDK asks for everything by a provider; of one without a person only the client and the request matter. */
function providerOf(
	arranged: UpstreamClient,
	client: ClientInfo,
	authority: Authority,
	reach: FetchLike,
): OAuthClientProvider {
	const nobody = () => {
		throw new AiosError("internal", "This sign-in has no person.");
	};
	return {
		redirectUrl: undefined,
		clientMetadata: { redirect_uris: [], scope: arranged.scope },
		clientInformation: () => ({ ...client, issuer: arranged.issuer ?? authority.issuer }),
		tokens: () => undefined,
		saveTokens: nobody,
		redirectToAuthorization: nobody,
		saveCodeVerifier: nobody,
		codeVerifier: nobody,
		addClientAuthentication: keyProof(arranged),
		async prepareTokenRequest(scope) {
			const wanted = (request: Record<string, string>) =>
				new URLSearchParams(scope === undefined ? request : { ...request, scope });
			if (arranged.grant === "client_credentials") {
				if ((arranged.secret ?? arranged.private_key) === undefined) throw incomplete("a secret or a private_key");
				return wanted({ grant_type: "client_credentials" });
			}
			const assertion =
				arranged.grant === "cross_app" ? await vouched(arranged, authority, scope, reach) : arranged.assertion;
			if (assertion === undefined) throw incomplete("an assertion");
			return wanted({ grant_type: jwtBearer, assertion });
		},
	};
}

/** The organisation's word, for this server alone, that this person may use it (ID-JAG). */
async function vouched(
	{ idp }: UpstreamClient,
	{ issuer, resource }: Authority,
	scope: string | undefined,
	reach: FetchLike,
): Promise<string> {
	if (idp === undefined) throw incomplete("an idp");
	if (resource === undefined) throw new AiosError("upstream_failed", "The server does not say what it is (RFC 9728).");
	const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
		tokenEndpoint: idp.token_endpoint,
		audience: issuer,
		resource,
		idToken: idp.id_token,
		clientId: idp.client_id,
		clientSecret: idp.client_secret,
		scope,
		fetchFn: reach,
	});
	return jwtAuthGrant;
}

function incomplete(what: string): AiosError {
	return new AiosError("bad_request", `The client that was arranged for this server needs ${what}.`);
}

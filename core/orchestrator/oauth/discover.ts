import {
	type AuthorizationServerMetadata,
	checkResourceAllowed,
	createPrivateKeyJwtAuth,
	discoverOAuthServerInfo,
	type FetchLike,
	type OAuthClientProvider,
	resourceUrlFromServerUrl,
} from "@modelcontextprotocol/client";
import { AiosError, type UpstreamClient } from "../../contract/index.ts";

/** What a server said when it refused a request. */
export interface Challenge {
	/** The address that refused. */
	endpoint: string;
	/** Where it describes itself (RFC 9728). */
	metadata: URL | undefined;
	/** Rights it wants. */
	scope: string | undefined;
	/** Whether it said that it wants a token (RFC 6750). */
	said: boolean;
}

/** The authorization server of a server, found and checked. */
export interface Authority {
	url: string;
	/** Its name, which everything it issues is bound to. */
	issuer: string;
	metadata: AuthorizationServerMetadata | undefined;
	/** What tokens are asked for (RFC 8707), as the server writes it; undefined where it does not describe itself. */
	resource: string | undefined;
	/** Rights the server says it knows. */
	scopes: string | undefined;
}

/**
 * Asks a server where to sign in (RFC 9728, then RFC 8414 or OpenID Connect Discovery). Throws `upstream_failed` where it
 * describes another server than itself, IssuerMismatchError where the authorization server is not who it should be.
 */
export async function discover(
	server: string,
	{ endpoint, metadata }: Challenge,
	reach: FetchLike,
): Promise<Authority> {
	const found = await discoverOAuthServerInfo(endpoint, { resourceMetadataUrl: metadata, fetchFn: reach });
	const described = found.resourceMetadata?.resource;
	const own = resourceUrlFromServerUrl(endpoint);
	if (described !== undefined && !checkResourceAllowed({ requestedResource: own, configuredResource: described })) {
		throw new AiosError("upstream_failed", `${server} describes itself as another server, so nobody signs in there.`);
	}
	return {
		url: found.authorizationServerUrl,
		issuer: found.authorizationServerMetadata?.issuer ?? found.authorizationServerUrl,
		metadata: found.authorizationServerMetadata,
		resource: described,
		scopes: found.resourceMetadata?.scopes_supported?.join(" "),
	};
}

/** How a client proves itself with a key, where it has one in place of a secret. */
export function keyProof(client: UpstreamClient | undefined): OAuthClientProvider["addClientAuthentication"] {
	if (client?.private_key === undefined) return undefined;
	const { id, private_key: privateKey, algorithm: alg } = client;
	return createPrivateKeyJwtAuth({ issuer: id, subject: id, privateKey, alg });
}

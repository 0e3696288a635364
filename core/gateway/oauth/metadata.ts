import { Hono } from "hono";
import { AiosError } from "../../contract/index.ts";
import { problemResponse } from "../../surface/index.ts";
import { endpointOf, type Places, serverOf } from "./places.ts";
import { scopesSupported } from "./scopes.ts";

/** Where the parts of the authorization server are. The consent page is below `/token` because the page's cookie is. */
export const paths = {
	authorize: "/token/authorize",
	token: "/oauth/token",
	register: "/oauth/register",
	revoke: "/oauth/revoke",
} as const;

const resourceMetadata = "/.well-known/oauth-protected-resource";
const serverMetadata = "/.well-known/oauth-authorization-server";

/** Where the description of an endpoint is: the well-known part goes in front of its path (RFC 9728, 3.1). */
export function metadataAddress(origin: string, resource: string): string {
	return `${origin}${resourceMetadata}${resource}`;
}

/**
 * The documents by which a client finds its way: RFC 9728 for `/mcp` and each `/mcp/SERVER`, RFC 8414 for the
 * authorization server. `/.well-known/openid-configuration` is not served: clients ask for it only where RFC 8414's
 * document is missing, and this is no OpenID provider. Whether a server of that name exists is told to nobody here.
 */
export function metadataRoutes({ places, documents }: { places: Places; documents: boolean }): Hono {
	const app = new Hono();
	const answer = (host: string | undefined, make: (origin: string) => object): Response => {
		const origin = places.originOf(host);
		if (origin === undefined) {
			return problemResponse(
				new AiosError("forbidden", "This address is not one the assistant answers to.", {
					fix: "Use the address it prints, or add this one to auth.origins in the settings.",
				}),
			);
		}
		return Response.json(make(origin), { headers: { "cache-control": "no-store" } });
	};

	app.get(`${resourceMetadata}/*`, (c, next) => {
		const resource = endpointOf(c.req.path.slice(resourceMetadata.length));
		if (resource === undefined) return next();
		const server = serverOf(resource);
		return answer(c.req.header("host"), (origin) => ({
			resource: `${origin}${resource}`,
			authorization_servers: [origin],
			scopes_supported: scopesSupported,
			bearer_methods_supported: ["header"],
			resource_name: server === undefined ? "AIOS" : `AIOS: ${server}`,
		}));
	});
	app.get(serverMetadata, (c) =>
		answer(c.req.header("host"), (origin) => ({
			issuer: origin,
			authorization_endpoint: `${origin}${paths.authorize}`,
			token_endpoint: `${origin}${paths.token}`,
			registration_endpoint: `${origin}${paths.register}`,
			revocation_endpoint: `${origin}${paths.revoke}`,
			scopes_supported: scopesSupported,
			response_types_supported: ["code"],
			response_modes_supported: ["query"],
			grant_types_supported: ["authorization_code", "refresh_token"],
			token_endpoint_auth_methods_supported: ["none"],
			revocation_endpoint_auth_methods_supported: ["none"],
			code_challenge_methods_supported: ["S256"],
			authorization_response_iss_parameter_supported: true,
			client_id_metadata_document_supported: documents,
		})),
	);
	return app;
}

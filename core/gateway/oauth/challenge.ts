import type { Context } from "hono";
import { AiosError, type CatalogueTool, type Principal } from "../../contract/index.ts";
import type { Credentials } from "../../security/index.ts";
import { problemResponse } from "../../surface/index.ts";
import type { GatewayDeps } from "../types.ts";
import { metadataAddress } from "./metadata.ts";
import { endpointOf, type Places, serverOf } from "./places.ts";
import { scopesSupported } from "./scopes.ts";

export interface Challenges {
	/** The refusal of a request to an MCP endpoint that tells a client where to sign in (RFC 9728, 5.1). */
	signIn(request: Request, resource: string, error: AiosError): Response;
	/**
	 * The refusal of a call that the person behind an application may make, but did not allow it (RFC 6750, 3.1): the client
	 * can ask them for more. Undefined where that is not so.
	 */
	scope(request: Request, principal: Principal, tool: CatalogueTool): Response | undefined;
}

export function createChallenges(deps: {
	places: Places;
	credentials: Pick<Credentials, "person">;
	permit: GatewayDeps["permit"];
}): Challenges {
	const { places, credentials, permit } = deps;

	function header(request: Request, resource: string, values: Readonly<Record<string, string>>): string {
		const origin = places.originOf(request.headers.get("host") ?? undefined);
		const all = origin === undefined ? values : { ...values, resource_metadata: metadataAddress(origin, resource) };
		const said = Object.entries(all).map(
			([name, value]) => `${name}="${value.replaceAll(/[^\x20-\x7e]|["\\]/g, "'")}"`,
		);
		return ["Bearer", said.join(", ")].join(" ").trim();
	}
	function may(principal: Principal, tool: CatalogueTool): boolean {
		try {
			permit(principal, tool);
			return true;
		} catch {
			return false;
		}
	}

	return {
		signIn(request, resource, error) {
			const shown = request.headers.has("authorization") || request.headers.has("x-api-key");
			// RFC 6750, 3.1: who showed nothing is told of no error.
			const about: Record<string, string> = shown ? { error: "invalid_token", error_description: error.message } : {};
			const value = header(request, resource, { ...about, scope: scopesSupported.join(" ") });
			return problemResponse(error, { "www-authenticate": value });
		},
		scope(request, principal, tool) {
			if (principal.via !== "application" || may(principal, tool)) return undefined;
			const person = credentials.person(principal.id);
			if (person === undefined || !may({ ...person, via: "token" }, tool)) return undefined;
			const resource = endpointOf(new URL(request.url).pathname) ?? "/mcp";
			const scope = serverOf(resource) === undefined ? `${tool.server}:${tool.effect}` : tool.effect;
			const error = new AiosError("forbidden", `This application was not allowed ${tool.effect} on ${tool.server}.`, {
				fix: "Let it ask for more.",
			});
			const about = { error: "insufficient_scope", scope, error_description: error.message };
			return problemResponse(error, { "www-authenticate": header(request, resource, about) });
		},
	};
}

/** The MCP endpoint a request goes to, as tokens name it; undefined for every other route. */
export function requestedEndpoint(c: Context): string | undefined {
	return c.req.path.startsWith("/mcp") ? endpointOf(c.req.path) : undefined;
}

import { Hono } from "hono";
import type { Clock } from "../../contract/index.ts";
import { createLimiter } from "../../security/index.ts";
import { readJson } from "../../surface/index.ts";
import type { AuditEntry } from "../audit-log.ts";
import type { GatewayBindings } from "../types.ts";
import type { Clients } from "./clients.ts";
import { needed, one, readForm } from "./form.ts";
import type { Grants, TokenAnswer } from "./grants.ts";
import { paths } from "./metadata.ts";
import type { Places } from "./places.ts";
import { oauthError, refusal } from "./refusal.ts";
import { splitScope } from "./scopes.ts";

/** From one address: registrations an hour, and calls of the token and revocation endpoints a minute. */
const registrationsPerHour = 30;
const tokensPerMinute = 120;
/** Largest registration in bytes. */
const registrationLimit = 20_000;
/** A verifier of RFC 7636, 4.1. */
const verifierShape = /^[A-Za-z0-9._~-]{43,128}$/;

const uncached = { "cache-control": "no-store" };

interface EndpointDeps {
	clients: Clients;
	grants: Grants;
	places: Places;
	clock: Clock;
	audit(entry: AuditEntry): void;
}

/** What programs call themselves: registration (RFC 7591), tokens (RFC 6749), revocation (RFC 7009). */
export function endpointRoutes({
	clients,
	grants,
	places,
	clock,
	audit,
}: EndpointDeps): Hono<{ Bindings: GatewayBindings }> {
	const registering = createLimiter({ burst: registrationsPerHour, perMs: 3_600_000, clock });
	const asking = createLimiter({ burst: tokensPerMinute, perMs: 60_000, clock });
	const app = new Hono<{ Bindings: GatewayBindings }>();
	app.onError(oauthError);

	app.post(paths.register, async (c) => {
		const from = c.env?.from ?? "unknown";
		registering.take(from);
		const { id, name, redirectUris, createdAt } = clients.register(await readJson(c.req.raw, registrationLimit));
		audit({ action: "application.register", target: `${name} (${id})`, outcome: "done", origin: from });
		const registered = {
			client_id: id,
			client_id_issued_at: Math.floor(createdAt / 1000),
			client_name: name,
			redirect_uris: redirectUris,
			grant_types: ["authorization_code", "refresh_token"],
			response_types: ["code"],
			token_endpoint_auth_method: "none",
		};
		return c.json(registered, 201, uncached);
	});

	app.post(paths.token, async (c) => {
		asking.take(c.env?.from ?? "unknown");
		const form = await readForm(c.req.raw);
		const type = needed(form, "grant_type");
		const applicationId = needed(form, "client_id");
		const resource = resourceIn(form);
		if (type === "authorization_code") return c.json(await byCode(form, applicationId, resource), 200, uncached);
		if (type !== "refresh_token") {
			throw refusal("unsupported_grant_type", "Only authorization_code and refresh_token are served.");
		}
		const token = needed(form, "refresh_token");
		const scope = one(form, "scope");
		const scopes = scope === undefined ? undefined : splitScope(scope);
		return c.json(await grants.refresh({ token, applicationId, resource, scopes }), 200, uncached);
	});

	app.post(paths.revoke, async (c) => {
		asking.take(c.env?.from ?? "unknown");
		const form = await readForm(c.req.raw);
		await grants.revoke(needed(form, "token"), needed(form, "client_id"));
		return c.body(null, 200, uncached);
	});

	async function byCode(
		form: URLSearchParams,
		applicationId: string,
		resource: string | undefined,
	): Promise<TokenAnswer> {
		const verifier = needed(form, "code_verifier");
		if (!verifierShape.test(verifier)) throw refusal("invalid_request", "The code_verifier is not one of RFC 7636.");
		const redirectUri = one(form, "redirect_uri");
		return grants.exchange({ code: needed(form, "code"), applicationId, redirectUri, verifier, resource });
	}

	function resourceIn(form: URLSearchParams): string | undefined {
		const [wanted, second] = form.getAll("resource");
		if (wanted === undefined) return undefined;
		const resource = second === undefined ? places.resourceOf(wanted) : undefined;
		if (resource === undefined)
			throw refusal("invalid_target", "The resource is not an MCP endpoint of this assistant.");
		return resource;
	}

	return app;
}

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import {
	computeScopeUnion,
	exchangeAuthorization,
	type FetchLike,
	OAuthError,
	registerClient,
	resolveClientMetadata,
	startAuthorization,
	validateAuthorizationResponseIssuer,
} from "@modelcontextprotocol/client";
import { AiosError, type Clock, type Principal, type UpstreamClient } from "../../contract/index.ts";
import type { Account } from "./account.ts";
import { type Authority, type Challenge, discover, keyProof } from "./discover.ts";
import { signInFailed } from "./errors.ts";
import { toGrant } from "./grants.ts";
import type { ClientInfo, Drawer } from "./kept.ts";
import { reachFrom } from "./reach.ts";

/** How long somebody has to sign in there, in milliseconds. */
const openMs = 600_000;
/** Sign-ins under way at once; the oldest make room. */
const maxOpen = 100;

/** A sign-in that began and has not come back. */
interface Open {
	server: string;
	by: Principal;
	account: Account;
	/** Where the person signs in. */
	address: string;
	challenge: Challenge;
	authority: Authority;
	client: ClientInfo;
	arranged: UpstreamClient | undefined;
	scope: string | undefined;
	verifier: string;
	redirectUrl: string;
	reach: FetchLike;
	until: number;
	/** SHA-256 of what the browser that opened it shows when it comes back. */
	browser?: Buffer;
}

export interface SignIns {
	/**
	 * Begins a sign-in of a person at a server: finds its authorization server, presents the assistant there, and gives
	 * the `state` the answer will carry. Throws `conflict` where the server wants no person, `upstream_failed`.
	 */
	begin(
		at: { server: string; account: Account; drawer: Drawer; url: string },
		by: Principal,
		redirectUrl: string,
	): Promise<string>;
	/** The address to sign in at, and a secret for the browser that is sent there. Throws `not_found`. */
	open(state: string): { address: string; browser: string };
	/**
	 * Takes the answer: the parameters of the address the person was sent back to. `allow` throws where whoever began it
	 * may not any more; nothing is asked of the authorization server then. Throws `forbidden` where it is not the answer
	 * to what that browser opened.
	 */
	finish(
		answer: URLSearchParams,
		browser: string | undefined,
		allow: (by: Principal) => void,
	): Promise<{ server: string; by: Principal }>;
	/** Ends every sign-in at that server that is under way. */
	cancel(server: string): void;
}

/** Makes the sign-ins by authorization code (OAuth 2.1 with PKCE, RFC 9207). `clientMetadataUrl`: where the assistant describes itself to authorization servers that read such descriptions. */
export function createSignIns({ clock, clientMetadataUrl }: { clock: Clock; clientMetadataUrl?: string }): SignIns {
	const open = new Map<string, Open>();

	function known(state: string): Open {
		const found = open.get(state);
		if (found !== undefined && found.until > clock.now().getTime()) return found;
		open.delete(state);
		throw new AiosError("not_found", "This sign-in is not under way, or it took too long.", {
			fix: "Begin it again on the page, below Servers.",
		});
	}

	/** What the assistant is to that authorization server; it presents itself where it never did. */
	async function clientAt(
		authority: Authority,
		arranged: UpstreamClient | undefined,
		drawer: Drawer,
		asked: { redirectUrl: string; scope: string | undefined; reach: FetchLike },
	): Promise<ClientInfo> {
		const { issuer, metadata } = authority;
		if (arranged !== undefined) {
			if (arranged.issuer === undefined || arranged.issuer === issuer) {
				return { client_id: arranged.id, client_secret: arranged.secret };
			}
			throw new AiosError("forbidden", "The server names another authorization server than the one arranged for it.");
		}
		const { redirectUrl, scope, reach } = asked;
		const { registered } = await drawer.read();
		const lasting = (registered?.info.client_secret_expires_at ?? 0) * 1000;
		const usable = registered?.issuer === issuer && registered.redirectUrl === redirectUrl;
		if (registered !== undefined && usable && (lasting === 0 || lasting > clock.now().getTime()))
			return registered.info;
		const described = metadata?.client_id_metadata_document_supported === true ? clientMetadataUrl : undefined;
		const info: ClientInfo =
			described === undefined
				? await registerClient(authority.url, {
						metadata,
						clientMetadata: resolveClientMetadata({ clientMetadata: describe([redirectUrl], metadata), redirectUrl }),
						scope,
						fetchFn: reach,
					})
				: { client_id: described };
		await drawer.change((kept) => ({ ...kept, registered: { info, issuer, redirectUrl } }));
		return info;
	}

	return {
		async begin({ server, account, drawer, url }, by, redirectUrl) {
			const challenge = await account.challenge();
			const arranged = await account.arranged();
			if (challenge === undefined) throw new AiosError("conflict", `${server} does not ask for a sign-in.`);
			if (arranged !== undefined && arranged.grant !== "authorization_code") {
				throw new AiosError("conflict", `${server} is signed in at by itself, as arranged; nobody has to.`);
			}
			const reach = reachFrom(url);
			try {
				const authority = await discover(server, challenge, reach);
				const scope = withOffline(challenge.scope ?? authority.scopes ?? arranged?.scope, authority);
				const client = await clientAt(authority, arranged, drawer, { redirectUrl, scope, reach });
				const state = randomBytes(32).toString("base64url");
				const { authorizationUrl, codeVerifier } = await startAuthorization(authority.url, {
					metadata: authority.metadata,
					clientInformation: client,
					redirectUrl,
					scope,
					state,
					resource: authority.resource,
				});
				if (!/^https?:$/.test(authorizationUrl.protocol)) throw new Error("not an address of the web");
				const address = authorizationUrl.href;
				const until = clock.now().getTime() + openMs;
				const asked = { server, by, account, challenge, authority, client, arranged, scope, redirectUrl, reach };
				open.set(state, { ...asked, address, verifier: codeVerifier, until });
				const oldest = open.keys().next();
				if (open.size > maxOpen && !oldest.done) open.delete(oldest.value);
				return state;
			} catch (thrown) {
				throw signInFailed(server, thrown);
			}
		},
		open(state) {
			const found = known(state);
			const browser = randomBytes(32).toString("base64url");
			found.browser = digest(browser);
			return { address: found.address, browser };
		},
		async finish(answer, browser, allow) {
			const state = answer.get("state") ?? "";
			const found = known(state);
			if (found.browser === undefined || browser === undefined || !timingSafeEqual(found.browser, digest(browser))) {
				throw new AiosError("forbidden", "This sign-in was begun in another browser.", {
					fix: "Begin it again on the page, below Servers.",
				});
			}
			open.delete(state);
			allow(found.by);
			const { server, by, account, authority, challenge, client, scope } = found;
			const { metadata } = authority;
			const iss = answer.get("iss") ?? undefined;
			try {
				validateAuthorizationResponseIssuer({
					iss,
					expectedIssuer: metadata?.issuer,
					issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
				});
				const code = answer.get("code");
				if (code === null) throw new OAuthError(answer.get("error") ?? "invalid_request", "No code came back.");
				const tokens = await exchangeAuthorization(authority.url, {
					metadata,
					clientInformation: client,
					authorizationCode: code,
					iss,
					codeVerifier: found.verifier,
					redirectUri: found.redirectUrl,
					resource: authority.resource,
					addClientAuthentication: keyProof(found.arranged),
					fetchFn: found.reach,
				});
				const { endpoint } = challenge;
				await account.signedIn(
					toGrant(tokens, authority, { client, scope, endpoint, by: by.id, now: clock.now().getTime() }),
				);
			} catch (thrown) {
				throw signInFailed(server, thrown);
			}
			return { server, by };
		},
		cancel(server) {
			for (const [state, found] of open) if (found.server === server) open.delete(state);
		},
	};
}

/** How the assistant describes itself to authorization servers (RFC 7591). */
export function describe(redirectUrls: readonly string[], metadata?: Authority["metadata"]) {
	const known = metadata?.token_endpoint_auth_methods_supported ?? [];
	const method = ["client_secret_basic", "client_secret_post", "none"].find((one) => known.includes(one));
	return {
		client_name: "AIOS",
		redirect_uris: [...redirectUrls],
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
		...(method === undefined ? {} : { token_endpoint_auth_method: method }),
	};
}

/** Asks for a refresh token too where that is a right of its own (OpenID Connect Core 1.0, 11). */
function withOffline(scope: string | undefined, { metadata }: Authority): string | undefined {
	if (scope === undefined || !metadata?.scopes_supported?.includes("offline_access")) return scope;
	return computeScopeUnion(scope, "offline_access");
}

function digest(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}

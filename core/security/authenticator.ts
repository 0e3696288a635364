import { AiosError, type BuiltInRole, type Clock, type Principal } from "../contract/index.ts";
import { matches, prefixOf } from "./api-keys.ts";
import { intersect } from "./permissions.ts";
import { mcpAudience, type Tokens } from "./tokens.ts";

/** A person with what their role allows; undefined when they may not come in. */
export interface Person {
	id: string;
	name: string;
	role: string;
	base: BuiltInRole;
	permissions: readonly string[];
	ask: readonly string[];
}

export interface StoredKey {
	id: string;
	hash: string;
	userId: string;
	scopes: readonly string[];
	ask: readonly string[];
	expiresAt: number | null;
	revokedAt: number | null;
}

export interface StoredGrant {
	id: string;
	userId: string;
	resource: string;
	expiresAt: number;
	revokedAt: number | null;
}

/** What the authenticator looks up. */
export interface CredentialSource {
	person(userId: string): Person | undefined;
	sessionActive(sid: string): boolean;
	keyById(id: string): StoredKey | undefined;
	keyByPrefix(prefix: string): StoredKey | undefined;
	keyUsed(id: string, at: number): void;
	/** What a person allowed an application. */
	grantById(id: string): StoredGrant | undefined;
	grantUsed(id: string, at: number): void;
	/** Changes whenever people, roles, sign-ins, keys or grants may have changed, here or in another process. */
	version(): number;
}

export interface Authenticator {
	/**
	 * Who sends a request: `Authorization: Bearer JWT-or-key` or `X-API-Key`. At an MCP endpoint (`resource`, its path) the
	 * tokens of applications for exactly that one are taken too. Throws `unauthenticated`.
	 */
	authenticate(request: Request, resource?: string): Principal | Promise<Principal>;
	/** Who holds a JWT or an API key. Throws `unauthenticated`. */
	check(credential: string, resource?: string): Principal | Promise<Principal>;
	/** The person behind a long connection as they are now; undefined once the sign-in or key was taken back. */
	renew(principal: Principal): Principal | undefined;
}

export interface AuthenticatorDeps {
	tokens: Tokens;
	source: CredentialSource;
	clock: Clock;
	/** The server this guards: the orchestrator's tokens for it are taken too. Absent at the gateway. */
	server?: string;
}

interface Known {
	principal: Principal;
	/** Milliseconds since 1970 after which it is no longer good. */
	until: number;
	/** Of a key: the hash to compare with. */
	hash?: string;
	/** Of an application's token: the one endpoint it is good for. */
	resource?: string;
}

/** Checked credentials remembered at most. */
const capacity = 10_000;
/** How often a key's last use is written down. */
const usedEveryMs = 60_000;

/**
 * Makes the check of credentials. What was checked once is remembered until it expires or {@link CredentialSource.version}
 * changes, so that a signature is verified once and a revocation counts at once.
 */
export function createAuthenticator({ tokens, source, clock, server }: AuthenticatorDeps): Authenticator {
	const known = new Map<string, Known>();
	const written = new Map<string, number>();
	let version = source.version();

	function check(credential: string, resource?: string): Principal | Promise<Principal> {
		const current = source.version();
		if (current !== version) {
			version = current;
			known.clear();
		}
		const prefix = prefixOf(credential);
		if (prefix !== undefined) return byKey(credential, prefix);
		const entry = known.get(credential);
		const fits = entry !== undefined && (entry.resource === undefined || entry.resource === resource);
		if (fits && entry.until > clock.now().getTime()) return entry.principal;
		return byToken(credential, resource);
	}

	async function byToken(token: string, resource: string | undefined): Promise<Principal> {
		if (resource !== undefined && audienceOf(token)?.startsWith(mcpAudience)) return byGrant(token, resource);
		if (server !== undefined && audienceOf(token)?.includes(":")) {
			const { principal, exp } = await tokens.verifyServer(token, server);
			return remember(token, { principal, until: exp * 1000 });
		}
		const { userId, sid, exp } = await tokens.verifyUser(token);
		const person = source.sessionActive(sid) ? source.person(userId) : undefined;
		if (person === undefined) throw refused("This sign-in has ended.");
		return remember(token, { principal: { ...person, via: "token", credential: sid }, until: exp * 1000 });
	}

	/** The person behind an application, within what they allowed it and what this token was made for. */
	async function byGrant(token: string, resource: string): Promise<Principal> {
		const claims = await tokens.verifyApplication(token, resource);
		const now = clock.now().getTime();
		const grant = source.grantById(claims.grant);
		const good =
			grant !== undefined && grant.revokedAt === null && grant.expiresAt > now && grant.resource === resource;
		const person = good ? source.person(grant.userId) : undefined;
		if (person === undefined) throw refused("This application was signed out.");
		noteUse(() => source.grantUsed(claims.grant, now));
		const permissions = intersect(person.permissions, claims.scopes);
		const principal: Principal = { ...person, permissions, via: "application", credential: claims.grant };
		return remember(token, { principal, until: Math.min(claims.exp * 1000, grant?.expiresAt ?? 0), resource });
	}

	function byKey(key: string, prefix: string): Principal {
		const now = clock.now().getTime();
		const entry = known.get(prefix) ?? lookUp(prefix);
		if (entry?.hash === undefined || !matches(key, entry.hash)) throw refused("The API key is not valid.");
		if (entry.until <= now) throw refused("The API key has expired.");
		const id = entry.principal.credential ?? "";
		if (now - (written.get(id) ?? 0) >= usedEveryMs) {
			written.set(id, now);
			noteUse(() => source.keyUsed(id, now));
		}
		return entry.principal;
	}

	function lookUp(prefix: string): Known | undefined {
		const key = source.keyByPrefix(prefix);
		if (key === undefined || key.revokedAt !== null) return undefined;
		const principal = holderOf(key);
		if (principal === undefined) return undefined;
		const entry = { principal, until: key.expiresAt ?? Number.POSITIVE_INFINITY, hash: key.hash };
		remember(prefix, entry);
		return entry;
	}

	/** The owner within the scopes of the key. */
	function holderOf(key: StoredKey): Principal | undefined {
		const owner = source.person(key.userId);
		return owner === undefined
			? undefined
			: {
					...owner,
					permissions: intersect(owner.permissions, key.scopes),
					ask: [...owner.ask, ...key.ask],
					via: "key",
					credential: key.id,
				};
	}

	function remember(name: string, entry: Known): Principal {
		if (known.size >= capacity) known.clear();
		known.set(name, entry);
		return entry.principal;
	}

	return {
		check,
		renew({ id, via, credential = "" }) {
			if (via === "key") {
				const key = source.keyById(credential);
				const good = key !== undefined && key.revokedAt === null && (key.expiresAt ?? Infinity) > clock.now().getTime();
				return good ? holderOf(key) : undefined;
			}
			const person = source.sessionActive(credential) ? source.person(id) : undefined;
			return person && { ...person, via, credential };
		},
		authenticate(request, resource) {
			const credential = credentialOf(request.headers);
			if (credential === undefined) {
				throw new AiosError("unauthenticated", "Sign in first.", {
					fix: "Send Authorization: Bearer with a token of POST /token, or X-API-Key.",
				});
			}
			return check(credential, resource);
		},
	};
}

function credentialOf(headers: Headers): string | undefined {
	const bearer = /^Bearer +([^\s]+)$/i.exec(headers.get("authorization") ?? "")?.[1];
	return bearer ?? headers.get("x-api-key") ?? undefined;
}

/** When it was used last is not worth refusing anybody because the disk is full. */
function noteUse(write: () => void): void {
	try {
		write();
	} catch (thrown) {
		if (AiosError.from(thrown).code !== "disk_full") throw thrown;
	}
}

/** The audience a token claims, unverified: only to choose which check it must pass. */
function audienceOf(token: string): string | undefined {
	try {
		const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
		const audience = typeof payload === "object" && payload !== null ? Reflect.get(payload, "aud") : undefined;
		return typeof audience === "string" ? audience : undefined;
	} catch {
		return undefined;
	}
}

function refused(message: string): AiosError {
	return new AiosError("unauthenticated", message, { fix: "Sign in again." });
}

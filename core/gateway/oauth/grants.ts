import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Clock, Principal } from "../../contract/index.ts";
import { type Credentials, sha256, type Tokens } from "../../security/index.ts";
import { type GrantRow, grants, type Store } from "../../store/index.ts";
import { isDocumentId } from "./client-document.ts";
import { createExpiring } from "./expiring.ts";
import { refusal } from "./refusal.ts";
import { grantable, patternsOf } from "./scopes.ts";

/** What a person said yes to; a code stands for it. */
export interface Consent {
	applicationId: string;
	user: Pick<Principal, "id" | "name">;
	redirectUri: string;
	/** base64url of the SHA-256 of the verifier (RFC 7636, S256). */
	challenge: string;
	resource: string;
	scopes: readonly string[];
}

/** The answer of the token endpoint (RFC 6749, 5.1). */
export interface TokenAnswer {
	access_token: string;
	token_type: "Bearer";
	expires_in: number;
	refresh_token: string;
	scope: string;
}

/** What happened, for the audit log. */
export interface GrantEvent {
	action: "application.allow" | "application.reuse" | "application.revoke";
	outcome: "done" | "denied";
	target: string;
	user: { id: string; name: string };
}

export interface Grants {
	/** A code for a consent, good once and for a minute. */
	code(consent: Consent): string;
	/** Throws `invalid_grant`, `invalid_target`. */
	exchange(wanted: {
		code: string;
		applicationId: string;
		redirectUri: string | undefined;
		verifier: string;
		resource: string | undefined;
	}): Promise<TokenAnswer>;
	/** The next tokens for a refresh token, which is then used up. Throws `invalid_grant`, `invalid_target`, `invalid_scope`. */
	refresh(wanted: {
		token: string;
		applicationId: string;
		resource: string | undefined;
		scopes: readonly string[] | undefined;
	}): Promise<TokenAnswer>;
	/** Ends the grant a refresh or access token belongs to (RFC 7009); what is unknown or another's is ignored. */
	revoke(token: string, applicationId: string): Promise<void>;
}

interface GrantsDeps {
	store: Store;
	credentials: Credentials;
	tokens: Tokens;
	clock: Clock;
	accessTokenSeconds: number;
	/** Milliseconds without use after which a grant ends. */
	grantMs: number;
	onEvent(event: GrantEvent): void;
}

const codeMs = 60_000;
const maxCodes = 1_000;
/** Grants of one person; the one unused for longest makes room. */
const maxGrants = 100;

/**
 * Codes, grants and their tokens. A refresh token has two parts: one that all of a grant's have in common and one that
 * only the newest has. So any earlier one, shown again, is known for what it is, and ends the grant (RFC 9700, 4.14.2).
 */
export function createGrants(deps: GrantsDeps): Grants {
	const { credentials, tokens, clock, accessTokenSeconds } = deps;
	const rows = grants(deps.store);
	const codes = createExpiring<Consent & { grant?: string }>({ clock, lifetimeMs: codeMs, capacity: maxCodes });
	const now = () => clock.now().getTime();

	function end({ id, userId }: Pick<GrantRow, "id" | "userId">, action: GrantEvent["action"]): void {
		rows.revoke(id, now());
		credentials.changed();
		const user = { id: userId, name: credentials.person(userId)?.name ?? "" };
		deps.onEvent({ action, outcome: action === "application.reuse" ? "denied" : "done", target: id, user });
	}

	/** Takes those out that the new one stands for, and the one unused for longest where there are too many. */
	function makeRoom(consent: Consent): void {
		const own = rows.active(now(), consent.user.id).map(({ grant }) => grant);
		const crowd = own.toSorted((one, other) => other.lastUsedAt - one.lastUsedAt).slice(maxGrants - 1);
		// A registered client is one installation; a described one may be on several machines of this person.
		const before = isDocumentId(consent.applicationId)
			? []
			: own.filter((row) => row.applicationId === consent.applicationId && row.resource === consent.resource);
		for (const { id } of [...crowd, ...before]) rows.revoke(id, now());
		if (crowd.length + before.length > 0) credentials.changed();
	}

	async function answer(row: GrantRow, scopes: readonly string[], refresh: string): Promise<TokenAnswer> {
		return {
			access_token: await tokens.issueApplication({
				grant: row.id,
				resource: row.resource,
				scopes: patternsOf(scopes, row.resource),
				seconds: accessTokenSeconds,
			}),
			token_type: "Bearer",
			expires_in: accessTokenSeconds,
			refresh_token: refresh,
			scope: scopes.join(" "),
		};
	}

	return {
		code: (consent) => codes.add(consent),
		async exchange({ code, applicationId, redirectUri, verifier, resource }) {
			const consent = codes.look(code);
			if (consent === undefined) throw refusal("invalid_grant", "The code is not known or has expired.");
			if (consent.grant !== undefined) {
				const row = rows.byId(consent.grant);
				if (row !== undefined) end(row, "application.reuse");
				throw refusal("invalid_grant", "The code was used before. What it had opened is closed again.");
			}
			const id = randomUUID();
			// Used from here on, also where it is refused below: nobody gets to try verifiers.
			consent.grant = id;
			if (consent.applicationId !== applicationId || consent.redirectUri !== redirectUri) {
				throw refusal("invalid_grant", "The code was made for another client_id or redirect_uri.");
			}
			if (!same(createChallenge(verifier), consent.challenge)) {
				throw refusal("invalid_grant", "The code_verifier does not fit the code_challenge.");
			}
			if (resource !== undefined && resource !== consent.resource) {
				throw refusal("invalid_target", "The code was made for another resource.");
			}
			const person = credentials.person(consent.user.id);
			const scopes = person && grantable(consent.scopes, consent.resource, person.permissions);
			if (scopes === undefined || scopes.length === 0)
				throw refusal("invalid_grant", "This person may no longer do that.");
			makeRoom(consent);
			const family = randomPart();
			const secret = randomPart();
			const row = {
				id,
				applicationId,
				userId: consent.user.id,
				resource: consent.resource,
				scopes,
				familyHash: sha256(family),
				refreshHash: sha256(secret),
				createdAt: now(),
				lastUsedAt: now(),
				expiresAt: now() + deps.grantMs,
				revokedAt: null,
			};
			rows.add(row);
			deps.onEvent({ action: "application.allow", outcome: "done", target: id, user: consent.user });
			return answer(row, scopes, `${family}.${secret}`);
		},
		async refresh({ token, applicationId, resource, scopes }) {
			const [family = "", secret = ""] = token.split(".");
			const row = rows.byFamily(sha256(family));
			const good = row !== undefined && row.revokedAt === null && row.expiresAt > now();
			if (!good || row.applicationId !== applicationId || credentials.person(row.userId) === undefined) {
				throw refusal("invalid_grant", "The refresh token is not valid, or the application was signed out.");
			}
			const used = () => {
				end(row, "application.reuse");
				throw refusal("invalid_grant", "This refresh token was used before, so the application was signed out.");
			};
			if (!same(sha256(secret), row.refreshHash)) return used();
			if (resource !== undefined && resource !== row.resource) {
				throw refusal("invalid_target", "The grant is for another resource.");
			}
			const wanted = scopes ?? row.scopes;
			if (wanted.length === 0 || !wanted.every((scope) => row.scopes.includes(scope))) {
				throw refusal("invalid_scope", "That is more than was granted.");
			}
			const next = randomPart();
			if (!rows.renew(row.id, row.refreshHash, sha256(next), now(), now() + deps.grantMs)) return used();
			return answer(row, wanted, `${family}.${next}`);
		},
		async revoke(token, applicationId) {
			const grant = await tokens.grantOf(token);
			const row = grant === undefined ? rows.byFamily(sha256(token.split(".")[0] ?? "")) : rows.byId(grant);
			if (row !== undefined && row.revokedAt === null && row.applicationId === applicationId) {
				end(row, "application.revoke");
			}
		},
	};
}

function createChallenge(verifier: string): string {
	return new Bun.CryptoHasher("sha256").update(verifier).digest("base64url");
}

/** Compares without telling by the time taken how much was right. */
function same(one: string, other: string): boolean {
	return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function randomPart(): string {
	return randomBytes(32).toString("base64url");
}

import { randomBytes, randomUUID } from "node:crypto";
import { AiosError, type Clock, type TokenAnswer, type TokenRequest } from "../contract/index.ts";
import { sha256 } from "./api-keys.ts";
import type { Person } from "./authenticator.ts";
import { createLimiter } from "./limiter.ts";
import type { OneTimeTokens } from "./one-time.ts";
import type { Passwords } from "./passwords.ts";
import type { Tokens } from "./tokens.ts";

export interface StoredSession {
	id: string;
	userId: string;
	refreshHash: string;
	previousHash: string | null;
	createdAt: number;
	lastUsedAt: number;
	expiresAt: number;
	revokedAt: number | null;
}

/** Where people and their sign-ins are kept. */
export interface SignInSource {
	person(userId: string): Person | undefined;
	/** Id and password hash by name. */
	credentials(name: string): { id: string; passwordHash: string | null } | undefined;
	addSession(session: StoredSession): void;
	/** The session whose current or previous refresh token has this hash. */
	sessionByRefresh(hash: string): StoredSession | undefined;
	/** Replaces the refresh token if it is still `from`; false when another request was first. */
	renewSession(id: string, from: string, to: string, at: number, expiresAt: number): boolean;
	revokeSession(id: string, at: number): void;
}

export interface SignInDeps {
	source: SignInSource;
	passwords: Passwords;
	tokens: Tokens;
	oneTime: OneTimeTokens;
	clock: Clock;
	accessTokenSeconds: number;
	sessionMs: number;
}

export interface SignIn {
	/**
	 * Exchanges a password, the printed address's token or a refresh token for an access token.
	 * `from` is the network address, for limits. Throws `unauthenticated`, `rate_limited`, `bad_request`.
	 */
	exchange(request: TokenRequest, from: string): Promise<TokenAnswer>;
	/** Has somebody who is in show their password once more. Throws `forbidden`, `rate_limited`. */
	prove(name: string, password: string, from: string): Promise<void>;
	/** Who holds a refresh token that is still good, without using it up. */
	holder(refreshToken: string): { person: Person; session: string } | undefined;
	/** Ends the sign-in a refresh token belongs to. Unknown ones are ignored. */
	end(refreshToken: string): void;
}

/** Wrong passwords allowed for one name from one address, and from one address for all names, in a quarter of an hour. */
const failuresByName = 5;
const failuresByAddress = 50;
const quarterHourMs = 15 * 60_000;
/** How long the refresh token before is taken as well. */
const overlapMs = 10_000;

export function createSignIn(deps: SignInDeps): SignIn {
	const { source, passwords, tokens, oneTime, clock, accessTokenSeconds, sessionMs } = deps;
	const byName = createLimiter({ burst: failuresByName, perMs: quarterHourMs, clock });
	const byAddress = createLimiter({ burst: failuresByAddress, perMs: quarterHourMs, clock });

	async function byPassword(name: string, password: string, from: string): Promise<string> {
		byAddress.take(from);
		byName.take(`${from} ${name}`);
		const stored = source.credentials(name);
		if (!(await passwords.verify(password, stored?.passwordHash ?? undefined)) || stored === undefined) {
			throw refused(
				"The name or the password is wrong.",
				"If it is forgotten: npx aios users password NAME, on the machine AIOS runs on, makes a new one.",
			);
		}
		byName.clear(`${from} ${name}`);
		byAddress.clear(from);
		return stored.id;
	}

	async function open(userId: string): Promise<TokenAnswer> {
		const now = clock.now().getTime();
		const refresh = newRefresh();
		const id = randomUUID();
		const expiresAt = now + sessionMs;
		const person = personOf(userId);
		source.addSession({
			id,
			userId,
			refreshHash: sha256(refresh),
			previousHash: null,
			createdAt: now,
			lastUsedAt: now,
			expiresAt,
			revokedAt: null,
		});
		return answer(person, id, refresh);
	}

	async function renew(token: string): Promise<TokenAnswer> {
		const hash = sha256(token);
		const now = clock.now().getTime();
		const session = source.sessionByRefresh(hash);
		if (session === undefined || session.revokedAt !== null || session.expiresAt <= now) {
			throw refused("This sign-in has ended.");
		}
		// Two tabs that open together both send the token they had: that is no theft.
		const current = session.refreshHash === hash || now - session.lastUsedAt < overlapMs;
		const refresh = current ? replace(session, token, now) : undefined;
		if (refresh === undefined) {
			// RFC 9700, 4.14.2: a refresh token shown twice is in two hands, so neither may go on.
			source.revokeSession(session.id, now);
			throw refused("This sign-in was used twice and has been ended.");
		}
		return answer(personOf(session.userId), session.id, refresh);
	}

	/** The next refresh token; undefined where another request was first. Where no room is left on the disk the old one stays. */
	function replace({ id, refreshHash }: StoredSession, old: string, now: number): string | undefined {
		const refresh = newRefresh();
		try {
			return source.renewSession(id, refreshHash, sha256(refresh), now, now + sessionMs) ? refresh : undefined;
		} catch (thrown) {
			if (AiosError.from(thrown).code !== "disk_full") throw thrown;
			return old;
		}
	}

	function personOf(userId: string): Person {
		const person = source.person(userId);
		if (person === undefined) throw refused("This person may not sign in.");
		return person;
	}

	async function answer({ id, name, role }: Person, sid: string, refresh: string): Promise<TokenAnswer> {
		return {
			access_token: await tokens.issueUser({ userId: id, sid, seconds: accessTokenSeconds }),
			token_type: "bearer",
			expires_in: accessTokenSeconds,
			refresh_token: refresh,
			user: { id, name, role },
		};
	}

	return {
		async exchange(request, from) {
			if ("username" in request) return open(await byPassword(request.username, request.password, from));
			if (request.grant_type === "refresh_token") {
				if (request.refresh_token === undefined) throw refused("Nobody is signed in.");
				return renew(request.refresh_token);
			}
			byAddress.take(from);
			const userId = oneTime.redeem(request.token);
			if (userId === undefined) throw refused("This sign-in address was used already or belongs to an earlier start.");
			byAddress.clear(from);
			return open(userId);
		},
		async prove(name, password, from) {
			try {
				await byPassword(name, password, from);
			} catch (thrown) {
				const error = AiosError.from(thrown);
				if (error.code !== "unauthenticated") throw error;
				throw new AiosError("forbidden", "That is not the password you have now.", { cause: error });
			}
		},
		holder(refreshToken) {
			const hash = sha256(refreshToken);
			const session = source.sessionByRefresh(hash);
			const now = clock.now().getTime();
			const current = session?.refreshHash === hash || (session !== undefined && now - session.lastUsedAt < overlapMs);
			if (!current || session === undefined || session.revokedAt !== null || session.expiresAt <= now) return undefined;
			const person = source.person(session.userId);
			return person && { person, session: session.id };
		},
		end(refreshToken) {
			const session = source.sessionByRefresh(sha256(refreshToken));
			if (session !== undefined) source.revokeSession(session.id, clock.now().getTime());
		},
	};
}

function newRefresh(): string {
	return randomBytes(32).toString("base64url");
}

function refused(message: string, fix = "Sign in with your name and password."): AiosError {
	return new AiosError("unauthenticated", message, { fix });
}

import type { BuiltInRole } from "../contract/index.ts";
import type { CredentialSource, Person, StoredGrant, StoredKey } from "./authenticator.ts";
import { builtInRoles } from "./permissions.ts";
import type { SignInSource, StoredSession } from "./sign-in.ts";

interface StoredUser {
	id: string;
	name: string;
	passwordHash: string | null;
	role: string;
	ask: readonly string[];
	disabled: boolean;
}

interface StoredRole {
	name: string;
	base: BuiltInRole;
	permissions: readonly string[];
	ask: readonly string[];
}

/** The tables credentials are checked against; the store's repositories fit. */
export interface CredentialTables {
	users: { byId(id: string): StoredUser | undefined; byName(name: string): StoredUser | undefined };
	roles: { byName(name: string): StoredRole | undefined };
	apiKeys: {
		byId(id: string): StoredKey | undefined;
		byPrefix(prefix: string): StoredKey | undefined;
		used(id: string, at: number): void;
	};
	sessions: {
		add(session: StoredSession): void;
		byId(id: string): StoredSession | undefined;
		byRefresh(hash: string): StoredSession | undefined;
		renew(id: string, from: string, to: string, at: number, expiresAt: number): boolean;
		revoke(id: string, at: number): void;
	};
	grants: { byId(id: string): StoredGrant | undefined; used(id: string, at: number): void };
	/** Changes when another process wrote to the tables. */
	outsideChanges(): number;
}

export interface Credentials extends CredentialSource, SignInSource {
	/** To be called after every change of people, roles, keys or grants in this process. */
	changed(): void;
}

/** How often another process's writes are looked for: a key revoked by the command line is refused within this time. */
const outsideEveryMs = 100;

/** Puts tables behind the ports of the authenticator and of sign-in. */
export function createCredentials({
	users,
	roles,
	apiKeys,
	sessions,
	grants,
	outsideChanges,
}: CredentialTables): Credentials {
	let own = 0;
	let outside = outsideChanges();
	let looked = performance.now();

	function person(userId: string): Person | undefined {
		const user = users.byId(userId);
		if (user === undefined || user.disabled) return undefined;
		const role = builtInRoles.find(({ name }) => name === user.role) ?? roles.byName(user.role);
		// A role that was removed leaves its people without any right, not with a default one.
		if (role === undefined) return undefined;
		const { id, name } = user;
		return {
			id,
			name,
			role: role.name,
			base: role.base,
			permissions: role.permissions,
			ask: [...role.ask, ...user.ask],
		};
	}

	return {
		person,
		credentials: (name) => users.byName(name),
		sessionActive: (sid) => sessions.byId(sid)?.revokedAt === null,
		keyById: (id) => apiKeys.byId(id),
		keyByPrefix: (prefix) => apiKeys.byPrefix(prefix),
		keyUsed: (id, at) => apiKeys.used(id, at),
		grantById: (id) => grants.byId(id),
		grantUsed: (id, at) => grants.used(id, at),
		addSession: (session) => sessions.add(session),
		sessionByRefresh: (hash) => sessions.byRefresh(hash),
		renewSession: (id, from, to, at, expiresAt) => sessions.renew(id, from, to, at, expiresAt),
		revokeSession(id, at) {
			sessions.revoke(id, at);
			own += 1;
		},
		changed() {
			own += 1;
		},
		version() {
			const now = performance.now();
			if (now - looked >= outsideEveryMs) {
				looked = now;
				const seen = outsideChanges();
				if (seen !== outside) {
					outside = seen;
					own += 1;
				}
			}
			return own;
		},
	};
}

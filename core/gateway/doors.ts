import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Config } from "../config/index.ts";
import type { Clock, Principal } from "../contract/index.ts";
import {
	type Authenticator,
	type Credentials,
	createAuthenticator,
	createCredentials,
	createLimiter,
	createOneTimeTokens,
	createPasswords,
	createSignIn,
	createTokens,
	openKeyring,
	type Passwords,
	type SignIn,
	type Tokens,
} from "../security/index.ts";
import { apiKeys, grants, outsideChanges, roles, type Store, sessions, users } from "../store/index.ts";
import { loopbackHosts } from "../surface/index.ts";
import { ensureAdmin, ensureCommandLineKey } from "./first-start.ts";
import type { ApplicationSettings } from "./oauth/index.ts";

/** Everything that decides who comes in. */
export interface Doors {
	tokens: Tokens;
	passwords: Passwords;
	credentials: Credentials;
	authenticator: Authenticator;
	signIn: SignIn;
	/** Who holds a credential given to that server itself. Throws `unauthenticated`, `rate_limited`. */
	authenticateFor(server: string, credential: string): Promise<Principal>;
	/** Counts a call of somebody let in. Throws `rate_limited`. */
	count(user: Principal): void;
	/** A token with which the administrator signs in once. */
	oneTimeToken(): string;
	/** Host names this is reached by. */
	hosts: string[];
	/** How programs are let in. */
	applications: ApplicationSettings;
	/** Of the administrator just made, where no password was given: shown once, kept nowhere. */
	newPassword?: string;
}

const dayMs = 86_400_000;
/** All keys and sign-ins of a person together may call as often as so many: making more of them wins nothing. */
const together = 4;

/** Opens the signing keys and, at the first start, makes the administrator and the command line's key. */
export async function openDoors({
	config,
	store,
	clock,
}: {
	config: Config;
	store: Store;
	clock: Clock;
}): Promise<Doors> {
	const tables = {
		users: users(store),
		roles: roles(store),
		apiKeys: apiKeys(store),
		sessions: sessions(store),
		grants: grants(store),
		outsideChanges: outsideChanges(store),
	};
	const passwords = createPasswords();
	const [keyring, admin] = await Promise.all([
		openKeyring({ file: join(config.dataDir, "keys.json"), clock }),
		ensureAdmin({ store, passwords, password: config.adminPassword, clock }),
	]);
	ensureCommandLineKey({ store, dataDir: config.dataDir, userId: admin.id, clock });
	tables.sessions.prune(clock.now().getTime() - dayMs);

	const credentials = createCredentials(tables);
	const tokens = createTokens({ keyring, clock });
	const oneTime = createOneTimeTokens();
	const burst = config.auth.callsPerMinute;
	const ofCredentials = createLimiter({ burst, perMs: 60_000, clock });
	const ofPeople = createLimiter({ burst: together * burst, perMs: 60_000, clock });
	function count({ id, credential }: Principal): void {
		if (credential !== undefined) ofCredentials.take(credential);
		ofPeople.take(id);
	}
	const ofServers = new Map<string, Authenticator>();
	return {
		tokens,
		passwords,
		credentials,
		authenticator: createAuthenticator({ tokens, source: credentials, clock }),
		signIn: createSignIn({
			source: credentials,
			passwords,
			tokens,
			oneTime,
			clock,
			accessTokenSeconds: config.auth.accessTokenMinutes * 60,
			sessionMs: config.auth.sessionDays * dayMs,
		}),
		count,
		async authenticateFor(server, credential) {
			const known = ofServers.get(server) ?? createAuthenticator({ tokens, source: credentials, clock, server });
			ofServers.set(server, known);
			const user = await known.check(credential);
			count(user);
			return user;
		},
		oneTimeToken: () => oneTime.issue(admin.id),
		hosts: hostNames(config),
		applications: {
			origins: config.auth.origins,
			accessTokenSeconds: config.auth.accessTokenMinutes * 60,
			offline: config.offline,
		},
		newPassword: admin.newPassword,
	};
}

/** Loop-back names, the settings' own, and, where everyone may connect, the addresses of this machine. */
function hostNames({ host, auth }: Config): string[] {
	const open = host === "0.0.0.0" || host === "::";
	const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
	const own = open
		? [hostname(), ...addresses.map(({ address, family }) => (family === "IPv6" ? `[${address}]` : address))]
		: [host.includes(":") ? `[${host}]` : host];
	return [...loopbackHosts, ...own, ...auth.hosts, ...auth.origins.map((origin) => new URL(origin).hostname)];
}

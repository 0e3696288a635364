import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../contract/index.ts";
import { mintKey, type Passwords, randomPassword, sha256 } from "../security/index.ts";
import { apiKeys, type Store, users } from "../store/index.ts";

/** The administrator every installation has. */
const adminName = "admin";
/** The file from which the command line of this machine's user takes its key. */
const keyFile = "cli-token";

/**
 * Makes the user `admin` where there is none. Gives its id, and the password where a random one was made: it is shown
 * once and kept nowhere.
 */
export async function ensureAdmin(deps: {
	store: Store;
	passwords: Passwords;
	password: string | undefined;
	clock: Clock;
}): Promise<{ id: string; newPassword?: string }> {
	const people = users(deps.store);
	const known = people.byName(adminName);
	if (known !== undefined) return { id: known.id };
	const password = deps.password ?? randomPassword();
	const id = randomUUID();
	people.add({
		id,
		name: adminName,
		passwordHash: await deps.passwords.hash(password),
		role: "administrator",
		ask: [],
		disabled: false,
		createdAt: deps.clock.now().getTime(),
	});
	return deps.password === undefined ? { id, newPassword: password } : { id };
}

/** Gives the command line its own key, in a file of the data folder that only its user can read (mode 600). */
export function ensureCommandLineKey(deps: { store: Store; dataDir: string; userId: string; clock: Clock }): void {
	const keys = apiKeys(deps.store);
	const file = join(deps.dataDir, keyFile);
	if (existsSync(file)) {
		const known = keys.byPrefix(readFileSync(file, "utf8").split("_")[1] ?? "");
		const good =
			known !== undefined && known.revokedAt === null && known.hash === sha256(readFileSync(file, "utf8").trim());
		if (good) return;
	}
	const { key, prefix, hash } = mintKey();
	keys.add({
		id: randomUUID(),
		prefix,
		hash,
		name: "Command line of this machine",
		userId: deps.userId,
		scopes: ["*:*:*"],
		ask: [],
		createdAt: deps.clock.now().getTime(),
		expiresAt: null,
		lastUsedAt: null,
		revokedAt: null,
	});
	writeFileSync(file, `${key}\n`, { mode: 0o600 });
}

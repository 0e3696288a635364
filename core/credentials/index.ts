import { createFileVault } from "./file-vault.ts";
import { findKeychain } from "./keychain.ts";
import type { Credentials, CredentialsOptions } from "./types.ts";

export type { Credentials, CredentialsOptions } from "./types.ts";

/**
 * Opens the place where a server keeps passwords and tokens: the system's keychain where one answers, else a file
 * encrypted with a key of its own, both mode 600. Throws `conflict` where that file was altered.
 */
export async function openCredentials(options: CredentialsOptions): Promise<Credentials> {
	const vault = createFileVault(options.folder);
	const keychain = options.keychain === false ? undefined : await findKeychain(options);
	return keychain === undefined ? vault : withVault(keychain, vault);
}

/** The keychain, with the file for what it won't take (Windows keeps 2,560 bytes) and what was kept while it was locked. */
function withVault(keychain: Credentials, vault: Credentials): Credentials {
	return {
		kind: keychain.kind,
		get: async (name) => (await vault.get(name)) ?? (await keychain.get(name)),
		async set(name, secret) {
			const kept = await keychain.set(name, secret).then(
				() => true,
				() => false,
			);
			await (kept ? vault.delete(name) : vault.set(name, secret));
		},
		async delete(name) {
			await vault.delete(name);
			await keychain.delete(name);
		},
	};
}

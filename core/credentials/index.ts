import { createFileVault } from "./file-vault.ts";
import { findKeychain } from "./keychain.ts";
import type { Credentials, CredentialsOptions } from "./types.ts";

export type { Credentials, CredentialsOptions } from "./types.ts";

/**
 * Opens the place where a server keeps passwords and tokens: the system's keychain where one answers, else a file
 * encrypted with a key of its own, both mode 600. Throws `conflict` where that file was altered.
 */
export async function openCredentials(options: CredentialsOptions): Promise<Credentials> {
	const keychain = options.keychain === false ? undefined : await findKeychain(options);
	return keychain ?? createFileVault(options.folder);
}

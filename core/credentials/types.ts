/** Secrets by name. What is given back is a secret too: never log it, never put it into an answer. */
export interface Credentials {
	/** "keychain" or "encrypted file", for the status page. */
	kind: string;
	get(name: string): Promise<string | undefined>;
	set(name: string, secret: string): Promise<void>;
	delete(name: string): Promise<void>;
}

export interface CredentialsOptions {
	/** The server's own data folder. */
	folder: string;
	/** What the secrets are for, as the keychain shows it: "AIOS github". */
	service: string;
	/** The environment in which the keychain's own program runs. */
	env: Readonly<Record<string, string>>;
	platform: NodeJS.Platform;
	/** False keeps to the encrypted file. */
	keychain?: boolean;
}

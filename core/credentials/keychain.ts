import { AiosError } from "../contract/index.ts";
import type { Credentials, CredentialsOptions } from "./types.ts";

/** A keychain that answers slower than this is asking somebody to unlock it who is not there. */
const timeoutMs = 5_000;

/** Only the Secret Service: the kernel's own keyring forgets everything when the machine restarts. */
const lasting = { linux: { store: "secret-service" } } as const;

/**
 * The system's keychain: macOS's Keychain, Windows's Credential Manager, on Linux the Secret Service (GNOME Keyring,
 * KWallet). Undefined where none can keep and give back a secret now.
 */
export async function findKeychain({ service, env, platform }: CredentialsOptions): Promise<Credentials | undefined> {
	// Without a session bus D-Bus's own library would start one.
	if (platform === "linux" && env.DBUS_SESSION_BUS_ADDRESS === undefined) return undefined;
	try {
		const keychain = createKeychain(await import("@napi-rs/keyring"), service);
		await keychain.set("probe", "works");
		const works = (await keychain.get("probe")) === "works";
		await keychain.delete("probe");
		return works ? keychain : undefined;
	} catch {
		// No keychain, a locked one, or a system the library was not built for: the encrypted file is there for it.
		return undefined;
	}
}

function createKeychain({ AsyncEntry }: typeof import("@napi-rs/keyring"), service: string): Credentials {
	const entry = (name: string) => new AsyncEntry(service, name, lasting);
	return {
		kind: "keychain",
		async get(name) {
			const secret = await answered(entry(name).getSecret());
			return secret === null ? undefined : Buffer.from(secret).toString();
		},
		set: (name, secret) => answered(entry(name).setSecret(Buffer.from(secret))),
		async delete(name) {
			await answered(entry(name).deleteCredential());
		},
	};
}

/** What the keychain answers. Throws `unavailable` where it refuses, or waits for somebody who is not there. */
async function answered<T>(work: Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error("it did not answer")), timeoutMs);
	});
	try {
		return await Promise.race([work, late]);
	} catch (cause) {
		throw new AiosError("unavailable", `The system's keychain refused: ${String(cause)}`, {
			spoken: "The system's keychain does not answer.",
			fix: "Unlock the keychain and try again.",
			cause,
		});
	} finally {
		clearTimeout(timer);
	}
}

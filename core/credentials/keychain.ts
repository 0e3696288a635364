import { AiosError } from "../contract/index.ts";
import type { Credentials, CredentialsOptions } from "./types.ts";

/** A keychain that answers slower than this is asking somebody to unlock it who is not there. */
const timeoutMs = 5_000;

interface Backend {
	program: string;
	/** Secrets go in by standard input, never on the command line, where every process could read them. */
	set(service: string, name: string): string[];
	get(service: string, name: string): string[];
	delete(service: string, name: string): string[];
}

/** The Secret Service (GNOME Keyring, KWallet) by libsecret's own program. */
const secretService: Backend = {
	program: "secret-tool",
	set: (service, name) => ["secret-tool", "store", `--label=${service}: ${name}`, "service", service, "name", name],
	get: (service, name) => ["secret-tool", "lookup", "service", service, "name", name],
	delete: (service, name) => ["secret-tool", "clear", "service", service, "name", name],
};

/** Finds a keychain that can keep and give back a secret now, or undefined. */
export async function findKeychain({ service, env, platform }: CredentialsOptions): Promise<Credentials | undefined> {
	if (platform !== "linux" || Bun.which(secretService.program, { PATH: env.PATH ?? "" }) === null) return undefined;
	if (env.DBUS_SESSION_BUS_ADDRESS === undefined) return undefined;
	const keychain = createKeychain(secretService, service, env);
	try {
		await keychain.set("probe", "works");
		const works = (await keychain.get("probe")) === "works";
		await keychain.delete("probe");
		return works ? keychain : undefined;
	} catch {
		return undefined;
	}
}

function createKeychain(backend: Backend, service: string, env: Readonly<Record<string, string>>): Credentials {
	const run = async (argv: string[], input?: string): Promise<{ code: number; stdout: string }> => {
		const child = Bun.spawn(argv, {
			env: { ...env },
			stdin: input === undefined ? "ignore" : new Blob([input]),
			stdout: "pipe",
			stderr: "ignore",
			timeout: timeoutMs,
		});
		return { stdout: await new Response(child.stdout).text(), code: await child.exited };
	};
	return {
		kind: "keychain",
		async get(name) {
			const { code, stdout } = await run(backend.get(service, name));
			return code === 0 && stdout !== "" ? stdout.replace(/\n$/, "") : undefined;
		},
		async set(name, secret) {
			const { code } = await run(backend.set(service, name), secret);
			if (code !== 0)
				throw new AiosError("unavailable", "The system's keychain did not take the secret.", {
					fix: "Unlock it and try again.",
				});
		},
		async delete(name) {
			await run(backend.delete(service, name));
		},
	};
}

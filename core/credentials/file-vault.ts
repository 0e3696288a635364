import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AiosError } from "../contract/index.ts";
import type { Credentials } from "./types.ts";

const vaultSchema = z.record(z.string(), z.string());

/** AES-256-GCM (NIST SP 800-38D): a nonce of 12 bytes, new for every writing, and a tag of 16. */
const algorithm = "aes-256-gcm";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Keeps secrets in one encrypted file beside its key. It guards against reading a copied file, not against the same user. */
export function createFileVault(folder: string): Credentials {
	const file = join(folder, "credentials.bin");
	const keyFile = join(folder, "credentials.key");
	let queue: Promise<unknown> = Promise.resolve();
	// One writing at a time, or two would each lose the other's secret.
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const next = queue.then(work, work);
		queue = next.catch(() => {});
		return next;
	};

	/** Made for the first secret only: a new one in place of one that is lost would open nothing. */
	const key = async (): Promise<Buffer> => {
		const existing = await readIfThere(keyFile);
		if (existing?.length === keyBytes) return existing;
		const made = randomBytes(keyBytes);
		await write(folder, keyFile, made);
		return made;
	};

	const load = async (): Promise<Record<string, string>> => {
		const sealed = await readIfThere(file);
		if (sealed === undefined) return {};
		try {
			const opened = await readFile(keyFile);
			const decipher = createDecipheriv(algorithm, opened, sealed.subarray(0, nonceBytes));
			decipher.setAuthTag(sealed.subarray(-tagBytes));
			const body = sealed.subarray(nonceBytes, -tagBytes);
			return vaultSchema.parse(JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString()));
		} catch (cause) {
			throw new AiosError("conflict", "The file of stored credentials is damaged or belongs to another key.", {
				spoken: "I can't read the stored credentials.",
				fix: `Move ${file} away and connect the accounts again.`,
				cause,
			});
		}
	};

	const save = async (secrets: Record<string, string>): Promise<void> => {
		const nonce = randomBytes(nonceBytes);
		const cipher = createCipheriv(algorithm, await key(), nonce);
		const body = Buffer.concat([cipher.update(JSON.stringify(secrets)), cipher.final()]);
		await write(folder, file, Buffer.concat([nonce, body, cipher.getAuthTag()]));
	};

	return {
		kind: "encrypted file",
		get: (name) => inTurn(async () => (await load())[name]),
		set: (name, secret) => inTurn(async () => save({ ...(await load()), [name]: secret })),
		delete: (name) =>
			inTurn(async () => {
				const { [name]: gone, ...rest } = await load();
				if (gone !== undefined) await save(rest);
			}),
	};
}

/** The bytes of a file; undefined where there is none. A file that can't be read is not a file that isn't there. */
async function readIfThere(path: string): Promise<Buffer | undefined> {
	try {
		return await readFile(path);
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw new AiosError("unavailable", `The stored credentials can't be read: ${String(error)}`, {
			spoken: "I can't read the stored credentials.",
			fix: `Check who may read ${path}.`,
			cause: error,
		});
	}
}

/** Writes a file of mode 600 in one step. */
async function write(folder: string, path: string, bytes: Uint8Array): Promise<void> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const part = `${path}.part`;
	await rm(part, { force: true });
	const handle = await open(part, "wx", 0o600);
	try {
		await handle.writeFile(bytes);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(part, path);
	await chmod(path, 0o600);
}

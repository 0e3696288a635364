import { randomUUID } from "node:crypto";
import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	statSync,
	writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { z } from "zod";
import { AiosError, type Clock } from "../contract/index.ts";

const jwkSchema = z.object({
	kty: z.literal("OKP"),
	crv: z.literal("Ed25519"),
	x: z.string(),
	d: z.string(),
});
const fileSchema = z.object({
	/** Newest first: that one signs, the others still verify. */
	keys: z.array(z.object({ kid: z.string(), createdAt: z.number(), jwk: jwkSchema })).min(1),
});
type KeyFile = z.output<typeof fileSchema>;

export interface Keyring {
	/** The key that signs. */
	signing(): { kid: string; key: CryptoKey };
	/** A public key by its id; a key made by another process since is found too. */
	verifying(kid: string): Promise<CryptoKey | undefined>;
	/** Puts a new key in front. Tokens of the old ones stay good until they expire by themselves. */
	rotate(): Promise<string>;
}

/** A key verifies this long after it was replaced: longer than any token lives. */
const retiredMs = 2 * 86_400_000;
/** A key signs this long. */
const rotationMs = 90 * 86_400_000;

/**
 * Opens the Ed25519 signing keys in `file` (mode 600), making the first one where there is none and a new one where the
 * newest is older than 90 days. Throws `internal` when the file is there but can't be used.
 */
export async function openKeyring({ file, clock }: { file: string; clock: Clock }): Promise<Keyring> {
	let content = existsSync(file) ? read(file) : { keys: [await make(clock)] };
	if (!existsSync(file)) write(file, content);
	let loaded = await load(content);
	let seen = statSync(file).mtimeMs;

	async function put(next: KeyFile): Promise<void> {
		write(file, next);
		content = next;
		loaded = await load(next);
		seen = statSync(file).mtimeMs;
	}
	async function rotate(): Promise<string> {
		const now = clock.now().getTime();
		const fresh = await make(clock);
		// A key was replaced when the one before it in the list was made.
		const kept = content.keys.filter((_, index) => now - (content.keys[index - 1]?.createdAt ?? now) < retiredMs);
		await put({ keys: [fresh, ...kept] });
		return fresh.kid;
	}
	if (clock.now().getTime() - (content.keys[0]?.createdAt ?? 0) > rotationMs) await rotate();

	return {
		signing: () => loaded.signing,
		async verifying(kid) {
			if (!loaded.verifying.has(kid) && statSync(file).mtimeMs !== seen) {
				content = read(file);
				loaded = await load(content);
				seen = statSync(file).mtimeMs;
			}
			return loaded.verifying.get(kid);
		},
		rotate,
	};
}

async function make(clock: Clock): Promise<KeyFile["keys"][number]> {
	const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
	return { kid: randomUUID(), createdAt: clock.now().getTime(), jwk: jwkSchema.parse(await exportJWK(privateKey)) };
}

async function load({ keys }: KeyFile) {
	const verifying = new Map<string, CryptoKey>();
	for (const { kid, jwk } of keys) {
		const { d: _, ...publicPart } = jwk;
		verifying.set(kid, await asKey(publicPart));
	}
	const newest = keys[0];
	if (newest === undefined) throw new AiosError("internal", "There is no signing key.");
	return { signing: { kid: newest.kid, key: await asKey(newest.jwk) }, verifying };
}

async function asKey(jwk: JWK): Promise<CryptoKey> {
	const key = await importJWK(jwk, "EdDSA");
	if (key instanceof Uint8Array) throw new AiosError("internal", "The signing key is not an Ed25519 key.");
	return key;
}

function read(file: string): KeyFile {
	try {
		return fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
	} catch (cause) {
		throw new AiosError("internal", `The signing keys in ${file} can't be read.`, {
			fix: "Restore the file from a backup, or remove it: everyone then signs in again.",
			cause,
		});
	}
}

function write(file: string, content: KeyFile): void {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	const part = `${file}.${randomUUID()}`;
	const open = openSync(part, "wx", 0o600);
	writeSync(open, JSON.stringify(content));
	// On the disk before it has the name, or a power cut could leave an empty file of that name.
	fsyncSync(open);
	closeSync(open);
	renameSync(part, file);
}

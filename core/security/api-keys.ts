import { randomBytes, timingSafeEqual } from "node:crypto";

/** The parts of a new key. `key` is shown once and never stored. */
export interface MintedKey {
	key: string;
	/** The public part it is found by. */
	prefix: string;
	/** SHA-256 of the whole key, hexadecimal. */
	hash: string;
}

const shape = /^aios_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** Makes a key `aios_PREFIX_SECRET` whose secret is 256 random bits: no guessing, so a fast hash is enough. */
export function mintKey(): MintedKey {
	const prefix = randomBytes(6).toString("hex");
	const key = `aios_${prefix}_${randomBytes(32).toString("base64url")}`;
	return { key, prefix, hash: sha256(key) };
}

/** The prefix of a well-formed key; undefined for anything else. */
export function prefixOf(key: string): string | undefined {
	return shape.exec(key)?.[1];
}

/** Compares without telling by the time taken how much was right. */
export function matches(key: string, hash: string): boolean {
	return timingSafeEqual(Buffer.from(sha256(key), "hex"), Buffer.from(hash, "hex"));
}

/** SHA-256 as 64 hexadecimal digits. */
export function sha256(text: string): string {
	return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

import { randomBytes } from "node:crypto";

export interface Passwords {
	hash(password: string): Promise<string>;
	/** Takes as long for a person who does not exist (`undefined`) as for a wrong password. */
	verify(password: string, hash: string | undefined): Promise<boolean>;
}

/** argon2id with 19 MiB and two passes: OWASP Password Storage Cheat Sheet, its first recommended setting. */
const options = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** Passwords by argon2id, one at a time, so that many sign-ins at once can't take the whole machine. */
export function createPasswords(): Passwords {
	let last: Promise<unknown> = Promise.resolve();
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const next = last.then(work, work);
		last = next.catch(() => undefined);
		return next;
	};
	return {
		hash: (password) => inTurn(() => Bun.password.hash(password, options)),
		verify: (password, hash) =>
			inTurn(async () => {
				if (hash !== undefined) return Bun.password.verify(password, hash);
				await Bun.password.hash(password, options);
				return false;
			}),
	};
}

/** 120 random bits in letters and digits that can be typed and are not mistaken for one another. */
export function randomPassword(): string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789+";
	return Array.from(randomBytes(24), (byte) => alphabet[byte & 31]).join("");
}

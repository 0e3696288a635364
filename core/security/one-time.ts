import { randomBytes } from "node:crypto";
import { sha256 } from "./api-keys.ts";

export interface OneTimeTokens {
	/** A new token with which this person can sign in once, while this process runs. */
	issue(userId: string): string;
	/** The person it is for; a second time, or for an unknown one, undefined. */
	redeem(token: string): string | undefined;
}

/** Sign-in tokens for the printed address: 256 random bits, kept in memory as SHA-256 only. */
export function createOneTimeTokens(): OneTimeTokens {
	const open = new Map<string, string>();
	return {
		issue(userId) {
			const token = randomBytes(32).toString("base64url");
			open.set(sha256(token), userId);
			return token;
		},
		redeem(token) {
			const hash = sha256(token);
			const userId = open.get(hash);
			open.delete(hash);
			return userId;
		},
	};
}

import { randomBytes } from "node:crypto";
import type { Clock } from "../../contract/index.ts";
import { sha256 } from "../../security/index.ts";

/** Things handed out under a random name that is good for a while, kept in memory under its digest. */
export interface Expiring<T> {
	/** Keeps it and gives its name: 256 random bits. */
	add(value: T): string;
	/** What is kept under the name; undefined once it has expired. */
	look(name: string): T | undefined;
	remove(name: string): void;
}

/** Keeps at most `capacity` for `lifetimeMs` each; the oldest make room. */
export function createExpiring<T>(deps: { clock: Clock; lifetimeMs: number; capacity: number }): Expiring<T> {
	const kept = new Map<string, { value: T; until: number }>();
	return {
		add(value) {
			const now = deps.clock.now().getTime();
			for (const [key, { until }] of kept) {
				if (until > now && kept.size < deps.capacity) break;
				kept.delete(key);
			}
			const name = randomBytes(32).toString("base64url");
			kept.set(sha256(name), { value, until: now + deps.lifetimeMs });
			return name;
		},
		look(name) {
			const found = kept.get(sha256(name));
			return found !== undefined && found.until > deps.clock.now().getTime() ? found.value : undefined;
		},
		remove(name) {
			kept.delete(sha256(name));
		},
	};
}

import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../core/config/index.ts";
import { systemClock } from "../../../core/contract/index.ts";
import { openDoors } from "../../../core/gateway/index.ts";
import { mintKey } from "../../../core/security/index.ts";
import { apiKeys, openStore } from "../../../core/store/index.ts";

export interface CheckTimes {
	/** Microseconds to find out who sends a request, of each kind of credential. */
	keyUs: number;
	tokenUs: number;
	/** Of a token that was never seen before: its signature is verified. */
	newTokenUs: number;
}

/** How long the credentials of a request take to check, medians of many on a real store. */
export async function checkTimes(): Promise<CheckTimes> {
	const dataDir = mkdtempSync(join(tmpdir(), "aios-checks-"));
	const config = await loadConfig({ env: { AIOS_DATA_DIR: dataDir, AIOS_ADMIN_PASSWORD: "correct horse battery" } });
	const store = openStore({ path: join(dataDir, "aios.db") });
	try {
		const doors = await openDoors({ config, store, clock: systemClock });
		const { user, access_token } = await doors.signIn.exchange(
			{ token: doors.oneTimeToken(), grant_type: "one_time_token" },
			"",
		);
		const now = Date.now();
		// Among as many as a busy house may have.
		const keys = Array.from({ length: 1_000 }, () => mintKey());
		for (const { prefix, hash } of keys) {
			const row = { id: randomUUID(), name: prefix, prefix, hash, userId: user.id, scopes: ["*:*:*"], ask: [] };
			apiKeys(store).add({ ...row, createdAt: now, lastUsedAt: null, expiresAt: null, revokedAt: null });
		}
		const ask = (credential: string) =>
			doors.authenticator.authenticate(
				new Request("http://localhost/command", { headers: { authorization: `Bearer ${credential}` } }),
			);
		const tokens = await Promise.all(
			Array.from({ length: 300 }, (_, index) =>
				doors.tokens.issueUser({ userId: user.id, sid: sessionOf(access_token), seconds: 600 + index }),
			),
		);
		return {
			keyUs: await medianUs(20_000, (turn) => ask(keys[turn % keys.length]?.key ?? "")),
			tokenUs: await medianUs(20_000, () => ask(access_token)),
			newTokenUs: await medianUs(tokens.length, (turn) => ask(tokens[turn] ?? "")),
		};
	} finally {
		store.close();
		rmSync(dataDir, { recursive: true, force: true });
	}
}

async function medianUs(times: number, run: (turn: number) => unknown): Promise<number> {
	const taken: number[] = [];
	for (let turn = 0; turn < times; turn++) {
		const began = performance.now();
		await run(turn);
		taken.push((performance.now() - began) * 1000);
	}
	return taken.sort((one, other) => one - other)[Math.floor(times / 2)] ?? Number.NaN;
}

function sessionOf(token: string): string {
	const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
	return typeof claims === "object" && claims !== null ? String(Reflect.get(claims, "sid")) : "";
}

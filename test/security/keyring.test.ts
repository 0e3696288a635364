import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Clock, Principal } from "../../core/contract/index.ts";
import { createTokens, openKeyring } from "../../core/security/index.ts";

const day = 86_400_000;
const newFile = () => join(mkdtempSync(join(tmpdir(), "aios-keys-")), "keys.json");

function handClock() {
	let now = Date.now();
	const clock: Clock = { now: () => new Date(now), after: () => () => {} };
	const pass = (ms: number) => {
		now += ms;
	};
	return { clock, pass };
}

const user = { userId: "u", sid: "s", seconds: 3 * 3600 };
const person: Principal = { id: "u", name: "Ute", role: "user", permissions: ["*:*:*"], via: "token" };

test("only its user can read the signing keys", async () => {
	const file = newFile();
	await openKeyring({ file, clock: handClock().clock });
	expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("after a rotation the new key signs, and tokens of the old one hold until they expire", async () => {
	const { clock, pass } = handClock();
	const keyring = await openKeyring({ file: newFile(), clock });
	const tokens = createTokens({ keyring, clock });
	const before = keyring.signing().kid;
	const old = await tokens.issueUser(user);
	await keyring.rotate();
	expect(keyring.signing().kid).not.toBe(before);
	expect(await tokens.verifyUser(old)).toMatchObject({ userId: "u" });
	pass(3 * day);
	await keyring.rotate();
	expect(await keyring.verifying(before)).toBeUndefined();
});

test("another process that rotated is noticed", async () => {
	const { clock } = handClock();
	const file = newFile();
	const [here, there] = [await openKeyring({ file, clock }), await openKeyring({ file, clock })];
	await Bun.sleep(5);
	await there.rotate();
	const token = await createTokens({ keyring: there, clock }).issueUser(user);
	expect(await createTokens({ keyring: here, clock }).verifyUser(token)).toMatchObject({ sid: "s" });
});

test("a key that is three months old is replaced at the next start", async () => {
	const { clock, pass } = handClock();
	const file = newFile();
	const { kid } = (await openKeyring({ file, clock })).signing();
	expect((await openKeyring({ file, clock })).signing().kid).toBe(kid);
	pass(91 * day);
	expect((await openKeyring({ file, clock })).signing().kid).not.toBe(kid);
});

test("a damaged key file stops the start and is named, never overwritten", async () => {
	const file = newFile();
	writeFileSync(file, "{");
	await expect(openKeyring({ file, clock: handClock().clock })).rejects.toThrow(file);
	expect(statSync(file).size).toBe(1);
});

test("a server's token is for that server, that person and a short while", async () => {
	const { clock, pass } = handClock();
	const tokens = createTokens({ keyring: await openKeyring({ file: newFile(), clock }), clock });
	const token = await tokens.issueServer("python", person);
	expect((await tokens.verifyServer(token, "python")).principal).toEqual(person);
	await expect(tokens.verifyServer(token, "system")).rejects.toMatchObject({ code: "unauthenticated" });
	await expect(tokens.verifyUser(token)).rejects.toMatchObject({ code: "unauthenticated" });
	await expect(tokens.verifyServer(await tokens.issueUser(user), "python")).rejects.toMatchObject({
		code: "unauthenticated",
	});
	pass(121_000);
	await expect(tokens.verifyServer(token, "python")).rejects.toThrow(/expired/);
});

test("a token of another installation is refused", async () => {
	const { clock } = handClock();
	const [ours, theirs] = await Promise.all(
		[newFile(), newFile()].map(async (file) => createTokens({ keyring: await openKeyring({ file, clock }), clock })),
	);
	const token = await theirs?.issueUser(user);
	await expect(ours?.verifyUser(token ?? "")).rejects.toMatchObject({ code: "unauthenticated" });
});

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCredentials } from "../../core/credentials/index.ts";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "aios-vault-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openVault = () => openCredentials({ folder, service: "test", env: {}, platform: "linux", keychain: false });

test("a secret is there after a restart, and gone after it was deleted", async () => {
	await (await openVault()).set("token", "s3cret");
	expect(await (await openVault()).get("token")).toBe("s3cret");
	await (await openVault()).delete("token");
	expect(await (await openVault()).get("token")).toBeUndefined();
});

test("no file holds the secret in the open, and only its owner may read them", async () => {
	await (await openVault()).set("token", "s3cret-value");
	for (const name of await readdir(folder)) {
		expect((await readFile(join(folder, name))).toString("latin1")).not.toContain("s3cret-value");
		expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
	}
});

test("many at once are all kept", async () => {
	const vault = await openVault();
	await Promise.all(Array.from({ length: 20 }, (_, i) => vault.set(`k${i}`, `v${i}`)));
	expect(await Promise.all(Array.from({ length: 20 }, (_, i) => vault.get(`k${i}`)))).toEqual(
		Array.from({ length: 20 }, (_, i) => `v${i}`),
	);
});

test("an altered file is refused, never half read", async () => {
	await (await openVault()).set("token", "s3cret");
	const path = join(folder, "credentials.bin");
	const bytes = await readFile(path);
	bytes.writeUInt8(bytes.readUInt8(15) ^ 1, 15);
	await writeFile(path, bytes);
	await expect((await openVault()).get("token")).rejects.toMatchObject({ code: "conflict" });
	await expect((await openVault()).set("other", "x")).rejects.toMatchObject({ code: "conflict" });
});

test("with its key lost the file is left as it is, and no new key takes the lost one's place", async () => {
	await (await openVault()).set("token", "s3cret");
	await rm(join(folder, "credentials.key"));
	await expect((await openVault()).get("token")).rejects.toMatchObject({ code: "conflict" });
	await expect((await openVault()).set("other", "x")).rejects.toMatchObject({ code: "conflict" });
	expect(await readdir(folder)).toEqual(["credentials.bin"]);
});

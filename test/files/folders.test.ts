import { link, mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolders, type Folders, isBelow } from "../../core/files/index.ts";

let base: string;
let folders: Folders;

beforeAll(async () => {
	base = await realpath(await mkdtemp(join(tmpdir(), "aios-folders-")));
	await mkdir(join(base, "open/sub"), { recursive: true });
	await mkdir(join(base, "open/data"));
	await mkdir(join(base, "open/.ssh"));
	await mkdir(join(base, "open-too"));
	await mkdir(join(base, "secret"));
	await writeFile(join(base, "secret/key"), "k");
	await writeFile(join(base, "open/file"), "f");
	await symlink(join(base, "secret"), join(base, "open/link"));
	await symlink(join(base, "secret/not-yet"), join(base, "open/dangling"));
	await symlink(join(base, "open/sub"), join(base, "open/inner"));
	folders = createFolders({ allowed: [join(base, "open")], denied: [join(base, "open/data")], home: base });
});

afterAll(() => rm(base, { recursive: true, force: true }));

test.each([
	["file", "open/file"],
	["sub/new.txt", "open/sub/new.txt"],
	["~/open/file", "open/file"],
	["inner/new.txt", "open/sub/new.txt"],
	["sub/../file", "open/file"],
	["..file", "open/..file"],
])("%s leads to %s", async (path, expected) => {
	expect(await folders.resolve(path)).toBe(join(base, expected));
});

test.each([
	"../secret/key",
	"link/key",
	"link",
	"dangling",
	"sub/../../secret/key",
	"~/secret/key",
	"~/open-too/x",
	"/etc/passwd",
	"data/aios.db",
	".ssh/id_ed25519",
	"sub/../.SSH/id",
	"..",
])("%s is forbidden", async (path) => {
	await expect(folders.resolve(path)).rejects.toMatchObject({ code: "forbidden" });
});

test("a second name of what tools never touch is as closed as the first, whenever it was given", async () => {
	const at = (name: string) => join(base, "open", name);
	await writeFile(at("data/aios.db"), "d");
	await writeFile(at(".ssh/key"), "k");
	await link(at("file"), at("twin"));
	for (const [secret, name] of [
		["data/aios.db", "first"],
		[".ssh/key", "second"],
	] as const) {
		expect(await folders.resolve("twin")).toBe(at("twin"));
		await link(at(secret), at(name));
		await expect(folders.resolve(name)).rejects.toMatchObject({ code: "forbidden" });
		await expect(folders.resolveForWriting(name)).rejects.toMatchObject({ code: "forbidden" });
	}
	// Exchanged after it was judged.
	const real = await folders.resolve("twin");
	await rename(at("first"), at("twin"));
	await expect(folders.open(real)).rejects.toMatchObject({ code: "forbidden" });
});

test.each(["", "a\0b"])("%j is no path", async (path) => {
	await expect(folders.resolve(path)).rejects.toMatchObject({ code: "bad_request" });
});

test("no sequence of path parts leads out", async () => {
	const part = fc.constantFrom("..", ".", "sub", "link", "inner", "dangling", "file", "", "~", "secret", "open", "key");
	await fc.assert(
		fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
			const real = await folders.resolve(parts.join("/") || ".").catch(() => undefined);
			expect(real === undefined || isBelow(real, join(base, "open"))).toBe(true);
		}),
		{ numRuns: 500 },
	);
});

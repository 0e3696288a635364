import { chmod, mkdir, readFile as read, readdir, readlink, stat, writeFile as write } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFolders } from "../../../core/files/index.ts";
import { server } from "../../../servers/system/index.ts";
import { deletePath } from "../../../servers/system/tools/delete-path.ts";
import { editFile } from "../../../servers/system/tools/edit-file.ts";
import { listDirectory } from "../../../servers/system/tools/list-directory.ts";
import { copyPath, movePath } from "../../../servers/system/tools/move-path.ts";
import { readFile } from "../../../servers/system/tools/read-file.ts";
import { replaceFile } from "../../../servers/system/tools/replace-file.ts";
import { searchFiles } from "../../../servers/system/tools/search-files.ts";
import { writeFile } from "../../../servers/system/tools/write-file.ts";
import { callerOf } from "../by-name.ts";
import { startSystem } from "./harness.ts";

let system: Awaited<ReturnType<typeof startSystem>>;
const trashed: string[] = [];
const at = (path: string) => join(system.home, path);

beforeAll(async () => {
	system = await startSystem();
	// The desktop's real trash is tried in a process with a home of its own; here it is only watched.
	system.adapters.trash = async (path) => {
		trashed.push(await read(path, "utf8").catch(() => "folder"));
		const { rm } = await import("node:fs/promises");
		await rm(path, { recursive: true });
	};
});
beforeEach(() => {
	trashed.length = 0;
});
afterAll(() => system.stop());

describe("reading", () => {
	test("lines are given with where to go on", async () => {
		await write(at("lines.txt"), "a\nb\nc\nd\n");
		const { output } = await system.call(readFile, { path: "lines.txt", line: 2, lines: 2 });
		expect(output).toMatchObject({ text: "b\nc", total_lines: 4, next: 4 });
	});

	test("lines too long for one answer are read on character by character", async () => {
		const long = `${"é".repeat(150_000)}\nend\n`;
		await write(at("long.txt"), long);
		const { output: first } = await system.call(readFile, { path: "long.txt" });
		expect(first).toMatchObject({ next: 1, next_character: 100_001 });
		const { output: second } = await system.call(readFile, {
			path: "long.txt",
			line: first.next,
			character: first.next_character,
		});
		expect(second.next).toBeUndefined();
		expect(`${first.text}${second.text}\n`).toBe(long);
	});

	test("an image is shown, another binary file is refused", async () => {
		await write(at("dot.png"), Buffer.from("89504e470d0a1a0a", "hex"));
		expect((await system.call(readFile, { path: "dot.png" })).output.image?.mimeType).toBe("image/png");
		await write(at("program"), Buffer.from([1, 0, 2]));
		await expect(system.call(readFile, { path: "program" })).rejects.toMatchObject({ code: "unsupported" });
	});

	test.each([
		["aios-data/keys", "forbidden"],
		["missing.txt", "not_found"],
	])("%s is %s", async (path, code) => {
		await expect(system.call(readFile, { path })).rejects.toMatchObject({ code });
	});
});

describe("writing", () => {
	test("an existing file is kept unless replacing was asked for, and then its old version is in the trash", async () => {
		await write(at("note.txt"), "old");
		await chmod(at("note.txt"), 0o640);
		await expect(system.call(writeFile, { path: "note.txt", content: "new" })).rejects.toMatchObject({
			code: "conflict",
		});
		const { output } = await system.call(writeFile, { path: "note.txt", content: "new", overwrite: true });
		expect(output.replaced).toBe(true);
		expect(await read(at("note.txt"), "utf8")).toBe("new");
		expect(trashed).toEqual(["old"]);
		expect((await stat(at("note.txt"))).mode & 0o777).toBe(0o640);
	});

	test("appending adds, folders are made, and nothing else is left lying about", async () => {
		await system.call(writeFile, { path: "deep/er/log.txt", content: "1\n" });
		await system.call(writeFile, { path: "deep/er/log.txt", content: "2\n", append: true });
		expect(await read(at("deep/er/log.txt"), "utf8")).toBe("1\n2\n");
		expect(await readdir(at("deep/er"))).toEqual(["log.txt"]);
	});
});

// One that stays open ends the whole server when it is collected.
test.skipIf(process.platform !== "linux")("no folder stays open where nothing can be written into it", async () => {
	await expect(replaceFile("/proc/note.txt", Buffer.from("x"), { trash: undefined })).rejects.toThrow();
	const open = await Promise.all(
		(await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")),
	);
	expect(open).not.toContain("/proc");
});

describe("editing", () => {
	test("a dry run shows the difference and changes nothing", async () => {
		await write(at("code.ts"), "let a = 1;\nlet b = 2;\n");
		const { output } = await system.call(editFile, {
			path: "code.ts",
			edits: [{ find: "a = 1", replace: "a = 3" }],
			dry_run: true,
		});
		expect(output.diff).toContain("-let a = 1;\n+let a = 3;");
		expect(await read(at("code.ts"), "utf8")).toContain("a = 1");
	});

	test("one text is replaced by another as it is said", async () => {
		await write(at("days.txt"), "on monday");
		const { say } = await system.call(editFile, { path: "days.txt", find: "monday", replace: "tuesday" });
		expect(say).toBe("Edited.");
		expect(await read(at("days.txt"), "utf8")).toBe("on tuesday");
		await expect(system.call(editFile, { path: "days.txt" })).rejects.toMatchObject({ code: "bad_request" });
	});

	test("a text that stands there another number of times changes nothing at all", async () => {
		await write(at("twice.txt"), "x y x");
		const edits = [
			{ find: "y", replace: "z" },
			{ find: "x", replace: "q" },
		];
		await expect(system.call(editFile, { path: "twice.txt", edits })).rejects.toMatchObject({
			code: "conflict",
			details: { found: 2 },
		});
		expect(await read(at("twice.txt"), "utf8")).toBe("x y x");
		await system.call(editFile, { path: "twice.txt", edits: [{ find: "x", replace: "$&", expected: 2 }] });
		expect(await read(at("twice.txt"), "utf8")).toBe("$& y $&");
	});
});

describe("moving and copying", () => {
	test("into a folder, by a new name, and not over what is there", async () => {
		await mkdir(at("box"), { recursive: true });
		await write(at("a.txt"), "a");
		await system.call(copyPath, { from: "a.txt", to: "box" });
		await expect(system.call(movePath, { from: "a.txt", to: "box" })).rejects.toMatchObject({ code: "conflict" });
		await system.call(movePath, { from: "a.txt", to: "box", overwrite: true });
		expect(trashed).toEqual(["a"]);
		await system.call(movePath, { from: "box/a.txt", to: "b.txt" });
		expect(await read(at("b.txt"), "utf8")).toBe("a");
	});

	test("a folder is never put into itself, and nothing leaves the allowed folders", async () => {
		await mkdir(at("outer"), { recursive: true });
		await expect(system.call(movePath, { from: "outer", to: "outer/inner" })).rejects.toMatchObject({
			code: "bad_request",
		});
		await expect(system.call(copyPath, { from: "outer", to: "/tmp/elsewhere" })).rejects.toMatchObject({
			code: "forbidden",
		});
	});
});

describe("deleting", () => {
	test("it goes to the trash the desktop knows, with where it came from", async () => {
		await write(at("gone.txt"), "bring me back");
		const script = `import { moveToTrash } from ${JSON.stringify(new URL("../../../servers/system/adapters/trash.ts", import.meta.url).pathname)};
			await moveToTrash(${JSON.stringify(at("gone.txt"))});`;
		const child = Bun.spawnSync([process.execPath, "-e", script], {
			env: { PATH: process.env.PATH ?? "", HOME: system.home, XDG_DATA_HOME: at("xdg") },
		});
		expect(child.stderr.toString()).toBe("");
		const files = await readdir(at("xdg/Trash/files")).catch(() => []);
		expect(files).toHaveLength(1);
		const [info = ""] = await readdir(at("xdg/Trash/info"));
		expect(await read(join(at("xdg/Trash/info"), info), "utf8")).toContain("gone.txt");
		expect(await Bun.file(at("gone.txt")).exists()).toBe(false);
		await write(at("other.txt"), "x");
		expect((await system.call(deletePath, { path: "other.txt" })).say).toBe("other.txt is in the trash.");
		expect(await Bun.file(at("other.txt")).exists()).toBe(false);
	});

	test("what is not there, and the allowed folder itself, are refused", async () => {
		await expect(system.call(deletePath, { path: "never-was" })).rejects.toMatchObject({ code: "not_found" });
		await expect(system.call(deletePath, { path: system.home })).rejects.toMatchObject({ code: "forbidden" });
		expect(deletePath.effect).toBe("destructive");
	});
});

test("a folder is listed in pages, hidden files only when asked", async () => {
	await mkdir(at("list"));
	for (const name of ["c", "a", "b", ".hidden"]) await write(at(`list/${name}`), name.repeat(3));
	const { output } = await system.call(listDirectory, { path: "list", limit: 2 });
	expect(output.total).toBe(3);
	expect(output.entries.map(({ name }) => name)).toEqual(["a", "b"]);
	expect((await system.call(listDirectory, { path: "list", hidden: true })).output.total).toBe(4);
});

test("AIOS's own data lies open by no detour: not with the folder around it, nor by searching", async () => {
	await mkdir(at("around/aios-data"), { recursive: true });
	await write(at("around/aios-data/keys.txt"), "the master key");
	const guarded = createFolders({ allowed: [system.home], denied: [at("around/aios-data")], home: system.home });
	const own = { ...system.adapters, folders: guarded };
	const call = callerOf(server, own);
	for (const [tool, input] of [
		["copy_path", { from: "around", to: "elsewhere" }],
		["move_path", { from: "around", to: "elsewhere" }],
		["delete_path", { path: "around" }],
	] as const) {
		await expect(call(tool, input)).rejects.toMatchObject({ code: "forbidden" });
	}
	await write(at("around/open.txt"), "no master key");
	expect((await call("search_files", { query: "master key", in: "contents", path: "around" })).output).toMatchObject({
		matches: [{ path: at("around/open.txt") }],
	});
});

test("names are found where people keep files, the best fit first; hidden and cached ones only when asked, and last", async () => {
	const own = await startSystem();
	for (const folder of [".cache/tax", "site/node_modules/tax", "papers/old"]) {
		await mkdir(join(own.home, folder), { recursive: true });
	}
	for (const file of [
		".cache/tax/tax.txt",
		"site/node_modules/tax/tax.js",
		"papers/old/tax.txt",
		"papers/Tax return 2024.pdf",
	]) {
		await write(join(own.home, file), "");
	}
	const found = async (input: { query: string; hidden?: boolean }) => {
		const { output } = await own.call(searchFiles, input);
		return output.matches.map(({ path }) => relative(own.home, path));
	};
	expect(await found({ query: "tax" })).toEqual(["papers/old/tax.txt", "papers/Tax return 2024.pdf"]);
	expect(await found({ query: "the return of tax" })).toEqual(["papers/Tax return 2024.pdf"]);
	expect(await found({ query: "tax*.pdf" })).toEqual(["papers/Tax return 2024.pdf"]);
	const all = await found({ query: "tax", hidden: true });
	expect(all.slice(0, 2)).toEqual(["papers/old/tax.txt", "papers/Tax return 2024.pdf"]);
	expect(all.slice(2).sort()).toEqual([
		".cache/tax",
		".cache/tax/tax.txt",
		"site/node_modules/tax",
		"site/node_modules/tax/tax.js",
	]);
	await own.stop();
});

describe.each([
	["with ripgrep", process.env.PATH ?? ""],
	["built in", ""],
])("searching %s", (kind, path) => {
	test.skipIf(kind === "with ripgrep" && Bun.which("rg") === null)("finds names and contents", async () => {
		const own = await startSystem({ PATH: path });
		await mkdir(join(own.home, "src"));
		await write(join(own.home, "src/main.ts"), "one\nthe needle is here\n");
		await mkdir(join(own.home, "papers"));
		await write(join(own.home, "papers/Report_2026.txt"), "nothing");
		const names = await own.call(searchFiles, { query: "report 2026" });
		expect(names.output.matches.map((match) => match.path)).toEqual([join(own.home, "papers/Report_2026.txt")]);
		expect(names.say).toBe("I found Report_2026.txt in papers.");
		const lines = await own.call(searchFiles, { query: "needle", in: "contents" });
		expect(lines.output.matches).toEqual([
			{ path: join(own.home, "src/main.ts"), line: 2, text: "the needle is here" },
		]);
		expect((await own.call(searchFiles, { query: "-e", in: "contents" })).output.matches).toEqual([]);
		await own.stop();
	});
});

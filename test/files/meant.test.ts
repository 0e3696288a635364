import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolders, type Folders } from "../../core/files/index.ts";

let home: string;
let folders: Folders;

beforeAll(async () => {
	home = await realpath(await mkdtemp(join(tmpdir(), "aios-meant-")));
	for (const folder of ["Documents/Tax 2024", "Téléchargements", ".config", "Projects/site", "closed"]) {
		await mkdir(join(home, folder), { recursive: true });
	}
	await writeFile(join(home, ".config/user-dirs.dirs"), 'XDG_DOWNLOAD_DIR="$HOME/Téléchargements"\n');
	for (const file of [
		"README.md",
		"notes.txt",
		"Téléchargements/ticket.pdf",
		"Documents/Meeting Notes.docx",
		"Documents/report.pdf",
		"Documents/report.docx",
		"Projects/site/package.json",
		"closed/secret.txt",
		".hidden",
	]) {
		await writeFile(join(home, file), file);
	}
	folders = createFolders({ allowed: [home], denied: [join(home, "closed")], home });
});

afterAll(() => rm(home, { recursive: true, force: true }));

test.each([
	["notes.txt", "notes.txt"],
	["my home folder", "."],
	["home", "."],
	["the documents folder", "Documents"],
	["downloads", "Téléchargements"],
	["my downloads folder", "Téléchargements"],
	["ticket", "Téléchargements/ticket.pdf"],
	["readme", "README.md"],
	["read me", "README.md"],
	["notes", "notes.txt"],
	["meeting notes", "Documents/Meeting Notes.docx"],
	["meating notes", "Documents/Meeting Notes.docx"],
	["meeting notes in my documents", "Documents/Meeting Notes.docx"],
	["the documents folder/tax 2024", "Documents/Tax 2024"],
	["projects/site/package.json", "Projects/site/package.json"],
])("%s means %s", async (said, meant) => {
	expect(await folders.meant(said)).toBe(join(home, meant));
});

test("two that fit are asked about, by name", async () => {
	await expect(folders.meant("report in documents", { slot: "from" })).rejects.toMatchObject({
		details: { ask: { slot: "from", question: "Do you mean report.docx or report.pdf?" } },
	});
	expect(await folders.meant("report.pdf in documents")).toBe(join(home, "Documents/report.pdf"));
});

test("nothing like it is said with what comes nearest", async () => {
	await expect(folders.meant("my notice")).rejects.toMatchObject({
		code: "not_found",
		spoken: "I found nothing called notice.",
		fix: expect.stringContaining("notes.txt"),
	});
	await expect(folders.meant("quarterly figures")).rejects.toMatchObject({ code: "not_found", fix: undefined });
});

test.each(["closed/secret", "closed/secret.txt", "../other", "/etc/passwd"])("%s stays closed", async (said) => {
	await expect(folders.meant(said)).rejects.toMatchObject({ code: "forbidden" });
});

test("a written path that is absolute is taken at its word", async () => {
	await expect(folders.meant(join(home, "readme"))).rejects.toMatchObject({ code: "not_found" });
});

test("folders given along are looked in first", async () => {
	expect(await folders.meant("package", { also: [join(home, "Projects/site")] })).toBe(
		join(home, "Projects/site/package.json"),
	);
});

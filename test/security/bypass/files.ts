import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Attempt, read, refusal, write } from "./attempt.ts";
import { type Call, secret } from "./world.ts";

const move = (from: string, to: string): Call => ["system", "move_path", { from, to }];

/** What puts a link in a folder's place and the folder back, as fast as it can, until it is ended. */
const swapper = `const { renameSync, rmSync } = require("node:fs");
const step = (from, to) => {
	for (;;) {
		try { return renameSync(from, to); }
		// A tool that found nothing there made the folder anew.
		catch { rmSync(to, { recursive: true, force: true }); }
	}
};
for (;;) {
	step("box", "held"); step("trap", "box");
	step("box", "trap"); step("held", "box");
}`;

export const files: Attempt[] = [
	refusal(
		"steps up out of the folder",
		"CWE-22; CVE-2025-54794",
		({ home }) => [
			read("../../etc/passwd"),
			read("box/../../../etc/passwd"),
			write("../hacked"),
			read(`${home}/../../etc/passwd`),
		],
		() => read("box/../note.txt"),
	),
	refusal(
		"a folder beside it whose name begins alike",
		"CVE-2025-53110",
		({ outside }) => [read(`${outside}/secret.txt`), write(`${outside}/hacked`)],
		({ home }) => read(`${home}/note.txt`),
	),
	refusal(
		"a symbolic link out of it",
		"CVE-2025-53109",
		() => [
			read("link/secret.txt"),
			write("link/hacked"),
			["system", "list_directory", { path: "link" }],
			["system", "copy_path", { from: "link/secret.txt", to: "got" }],
		],
		() => read("box/file.txt"),
	),
	{
		name: "a folder exchanged for a link between check and use",
		reported: "CWE-367; CVE-2024-32021",
		async attempt(world) {
			// The trap is a link that takes the folder's place, again and again.
			symlinkSync(world.outside, join(world.home, "trap"));
			copyFileSync(join(world.outside, "secret.txt"), join(world.outside, "file.txt"));
			const swapping = Bun.spawn([process.execPath, "-e", swapper], { cwd: world.home, stderr: "ignore" });
			try {
				for (let round = 0; round < 150; round++) {
					await Promise.all([world.call(read("box/file.txt")), world.call(write("box/probe.txt"))]);
				}
				expect(swapping.exitCode, "it swapped to the end").toBe(null);
			} finally {
				swapping.kill("SIGKILL");
				await swapping.exited;
			}
			expect(readdirSync(world.outside).sort()).toEqual(["file.txt", "secret.txt"]);
			for (const name of ["box", "held", "trap"]) rmSync(join(world.home, name), { recursive: true, force: true });
			mkdirSync(join(world.home, "box"));
			world.write("box/file.txt", "in the box");
		},
		legitimate: (world) => world.works(read("box/file.txt")),
	},
	refusal(
		"the root of a process's own view",
		"CWE-59; sandbox escapes by /proc/self/root",
		({ outside }) => [read(`/proc/self/root${outside}/secret.txt`), read("/proc/self/environ"), read("/dev/fd/0")],
		({ home }) => read(`/proc/self/root${home}/note.txt`),
	),
	{
		name: "another name of a file outside, by a hard link",
		reported: "CWE-62",
		async attempt(world) {
			const target = join(world.outside, "kept.txt");
			await Bun.write(target, "as it was");
			linkSync(target, join(world.home, "second-name.txt"));
			await world.works(write("second-name.txt", "changed"));
			await world.works([
				"system",
				"edit_file",
				{ path: "second-name.txt", edits: [{ find: "changed", replace: "again" }] },
			]);
			expect(readFileSync(target, "utf8")).toBe("as it was");
		},
		legitimate: (world) => world.works(write("note.txt", "hello")),
	},
	{
		name: "another name of AIOS's own data or of credentials, by a hard link",
		reported: "CWE-62; CVE-2026-23745",
		async attempt(world) {
			const guarded = [join(world.dataDir, "aios.db"), join(world.home, ".ssh/id_ed25519")];
			await Bun.write(join(world.dataDir, "vault.txt"), secret);
			for (const target of [...guarded, join(world.dataDir, "vault.txt")]) {
				const before = readFileSync(target);
				for (const name of ["twins", "got"]) rmSync(join(world.home, name), { recursive: true, force: true });
				mkdirSync(join(world.home, "twins"));
				linkSync(target, join(world.home, "twins/innocent.csv"));
				const edits = [{ find: "7f3a", replace: "x" }];
				await world.refused(read("twins/innocent.csv"));
				await world.refused(write("twins/innocent.csv"));
				await world.refused(["system", "edit_file", { path: "twins/innocent.csv", edits }]);
				await world.refused(["system", "copy_path", { from: "twins/innocent.csv", to: "got.csv" }]);
				await world.refused(["system", "copy_path", { from: "twins", to: "got" }]);
				await world.refused(["python", "analyze_data", { path: "twins/innocent.csv" }]);
				const search = { query: secret.slice(0, 10), in: "contents", path: "twins" };
				expect((await world.works(["system", "search_files", search])).result).toMatchObject({ matches: [] });
				expect(readFileSync(target).subarray(0, 64)).toEqual(before.subarray(0, 64));
			}
		},
		async legitimate(world) {
			rmSync(join(world.home, "box/note-too.txt"), { force: true });
			linkSync(join(world.home, "note.txt"), join(world.home, "box/note-too.txt"));
			await world.works(read("box/note-too.txt"));
		},
	},
	refusal(
		"a protected name in other letters",
		"CVE-2025-59944",
		() => [
			read(".ssh/id_ed25519"),
			read(".SSH/id_ed25519"),
			read("box/../.Ssh/id_ed25519"),
			write("projects/sample/.GIT/config"),
			write("projects/sample/.git./config"),
			write("projects/sample/.ｇit/config"),
		],
		() => write("projects/sample/.gitignore", "dist\n"),
	),
	refusal(
		"a null character that ends the path early",
		"CWE-158",
		({ outside }) => [read(`note.txt\0${outside}/secret.txt`), write("hacked\0.txt")],
		() => read("note.txt"),
	),
	refusal(
		"a repository's settings and hooks, which git runs",
		"CVE-2025-68143 to CVE-2025-68145, chained",
		() => [
			write("projects/sample/.git/config", "[core]\n\tfsmonitor = touch hacked\n"),
			write("projects/sample/.git/hooks/pre-commit", "touch hacked"),
			move("note.txt", "projects/sample/.git/hooks/post-commit"),
			[
				"system",
				"edit_file",
				{
					path: "projects/sample/.git/config",
					edits: [{ find: "[core]", replace: "[core]\n\tpager = touch hacked\n" }],
				},
			],
		],
		() => ["system", "edit_file", { path: "note.txt", edits: [{ find: "hello", replace: "hello" }] }],
	),
	refusal(
		"start-up files of shells and desktops",
		"CWE-94; the way of CVE-2025-54135",
		() => [
			write(".bashrc", "touch hacked"),
			write(".profile", "touch hacked"),
			write(".config/autostart/x.desktop"),
			write(".config/systemd/user/x.service"),
			move("note.txt", ".zshrc"),
		],
		() => write(".config/sample/settings.json", "{}"),
	),
	refusal(
		"an application that was never installed, opened by its name",
		"CWE-94; a command with no question asked",
		() => [
			write(
				".local/share/applications/weather.desktop",
				"[Desktop Entry]\nType=Application\nName=W\nExec=touch hacked\n",
			),
			write("projects/weather.DESKTOP"),
			move("note.txt", "box/weather.desktop"),
			["system", "copy_path", { from: "box", to: ".local/share/applications/box" }],
			write(".local/share/dbus-1/services/x.service"),
		],
		() => write("projects/applications.txt", "weather"),
	),
	refusal(
		"the settings that guard the tools themselves",
		"CVE-2025-53773; CVE-2026-25725",
		({ dataDir }) => [
			read(`${dataDir}/aios.config.json`),
			write(`${dataDir}/aios.config.json`, "{}"),
			["system", "copy_path", { from: "note.txt", to: `${dataDir}/aios.config.json` }],
		],
		() => ["system", "system_info", {}],
	),
	refusal(
		"looking through everything for what may not be read",
		"CWE-200",
		({ outside }) => [
			["system", "search_files", { query: secret.slice(0, 10), in: "contents", path: outside }],
			["system", "search_files", { query: secret.slice(0, 10), in: "contents", path: "link" }],
			["system", "search_files", { query: secret.slice(0, 10), in: "contents", path: ".ssh" }],
		],
		() => ["system", "search_files", { query: "hello", in: "contents" }],
	),
];

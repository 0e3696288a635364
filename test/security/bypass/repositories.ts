import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Attempt, git, refusal } from "./attempt.ts";

export const repositories: Attempt[] = [
	refusal(
		"an option that names the program at the other end",
		"CVE-2022-24433",
		() => [
			git("fetch", "--upload-pack=touch hacked", "."),
			git("fetch", "--upl", "touch hacked", "."),
			git("push", "--receive-pack=touch hacked", "."),
			git("ls-remote", "--exec=touch hacked", "."),
		],
		() => git("ls-remote", "."),
	),
	refusal(
		"a transport that runs a program",
		"CVE-2022-24066, CVE-2022-25912",
		() => [
			git("fetch", "ext::sh -c touch% hacked"),
			git("remote", "add", "x", "ext::sh -c touch% hacked"),
			git("archive", "--remote=ext::x", "HEAD"),
		],
		() => git("remote", "-v"),
	),
	refusal(
		"the same in other letters, and let in by a setting",
		"CVE-2026-28292",
		() => [
			git("fetch", "EXT::sh -c touch% hacked"),
			git("-c", "PROTOCOL.EXT.ALLOW=always", "fetch", "ext::x"),
			git("-c", "core.pager=touch hacked", "log"),
			git("--config-env=core.pager=HOME", "log"),
		],
		() => git("log", "--oneline"),
	),
	refusal(
		"a host that is an option to ssh",
		"CVE-2017-1000117",
		() => [
			git("fetch", "ssh://-oProxyCommand=touch hacked/x"),
			git("fetch", "-oProxyCommand=touch:x"),
			["github", "clone_repository", { repository: "ssh://-oProxyCommand=touch/hacked" }],
		],
		() => git("branch", "--list"),
	),
	refusal(
		"an option in place of a repository",
		"CVE-2018-17456",
		() => [
			["github", "clone_repository", { repository: "--upload-pack=touch hacked" }],
			["github", "clone_repository", { repository: "-u./hacked" }],
			["github", "get_repository", { repository: "ext::sh -c touch% hacked" }],
		],
		() => ["ide", "git_log", {}],
		/^bad_request$/,
	),
	refusal(
		"writing where an option says",
		"CVE-2025-68144",
		({ outside }) => [
			git("log", "--output=hacked"),
			git("diff", "--output=hacked", "HEAD"),
			git("archive", "-o", "hacked", "HEAD"),
			git("format-patch", "-o", outside, "-1"),
		],
		() => git("diff", "--stat", "HEAD"),
	),
	refusal(
		"a repository made or named outside",
		"CVE-2025-68143, CVE-2025-68145",
		({ outside }) => [
			git("init", outside),
			git("init", "../../../hacked"),
			git("worktree", "add", `${outside}/hacked`),
			["ide", "git_status", { repository: outside }],
			git("-C", outside, "status"),
			git("--git-dir=/etc", "status"),
		],
		() => ["ide", "git_status", {}],
	),
	refusal(
		"reading a file outside by way of git",
		"CWE-22; the way of CVE-2025-68145",
		({ outside }) => [
			git("diff", `${outside}/secret.txt`, "readme.md"),
			git("diff", "--no-index", "readme.md", "../../link/secret.txt"),
			git("commit", "--allow-empty", `--file=${outside}/secret.txt`),
			git("tag", "-F", `${outside}/secret.txt`, "t"),
			git("blame", "--contents", `${outside}/secret.txt`, "readme.md"),
			git("archive", `--add-file=${outside}/secret.txt`, "HEAD"),
			git("config", "--list", "--file", `${outside}/secret.txt`),
			git("fetch", outside),
		],
		({ home }) => git("diff", "HEAD", "--", join(home, "projects/sample/readme.md")),
	),
	refusal(
		"settings, aliases and filters that run programs",
		"CVE-2022-25860",
		() => [
			git("config", "core.fsmonitor", "touch hacked"),
			git("config", "core.pager", "list"),
			git("config", "alias.x", "!touch hacked"),
			git("rebase", "-x", "touch hacked", "HEAD"),
			git("bisect", "run", "touch", "hacked"),
			git("grep", "-Otouch", "hello"),
			git("filter-branch", "--env-filter", "touch hacked"),
			git("difftool", "--extcmd=touch hacked"),
			git("rebase", "-i", "HEAD"),
			git("hook", "run", "x"),
			git("daemon"),
			git("branch", "--edit-description"),
			git("--exec-path=/tmp", "status"),
			git("init", "--template=/tmp"),
		],
		() => git("config", "--get", "user.name"),
	),
	refusal(
		"a submodule's commands",
		"CVE-2024-32002, CVE-2018-17456",
		() => [
			git("submodule", "update", "--init", "--recursive"),
			git("submodule", "foreach", "touch hacked"),
			git("pull", "--recurse-submodules"),
			git("submodule", "add", "ext::sh -c touch% hacked"),
		],
		() => git("submodule", "status"),
	),
	{
		name: "a bare repository inside a cloned one, with settings of its own",
		reported: "class of CVE-2022-24765: what safe.bareRepository was made for",
		async attempt(world) {
			const bare = join(world.home, "projects/sample/inner");
			for (const folder of ["objects", "refs", "work"]) mkdirSync(join(bare, folder), { recursive: true });
			writeFileSync(join(bare, "HEAD"), "ref: refs/heads/main\n");
			const trap = join(bare, "trap.sh");
			writeFileSync(trap, `#!/bin/sh\ntouch ${world.home}/hacked\n`);
			chmodSync(trap, 0o755);
			writeFileSync(
				join(bare, "config"),
				`[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = work\n\tfsmonitor = ${trap}\n`,
			);
			for (const tool of ["git_status", "git_diff"])
				await world.call(["ide", tool, { repository: "projects/sample/inner" }]);
			await world.call(["ide", "git_command", { repository: "projects/sample/inner", arguments: ["status"] }]);
		},
		legitimate: (world) => world.works(["ide", "git_status", {}]),
	},
	refusal(
		"a patch that reaches out of the repository",
		"CVE-2023-23946; zip-slip's way",
		(world) => {
			const patch = (path: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
			world.write("projects/sample/out.patch", patch("../../hacked"));
			world.write("projects/sample/good.patch", patch("fresh.txt"));
			return [git("apply", "out.patch"), git("apply", "--unsafe-paths", "--directory=../..", "good.patch")];
		},
		() => git("apply", "good.patch"),
		/^(forbidden|upstream_failed)$/,
	),
	{
		name: "a message, a branch and a query that look like commands",
		reported: "CWE-77, CWE-88",
		async attempt(world) {
			world.write("projects/sample/change.txt", String(Date.now()));
			await world.works(["ide", "git_commit", { message: "x; touch hacked $(touch hacked) `touch hacked`" }]);
			await world.works(["ide", "search_code", { query: "--open-files-in-pager=touch hacked" }]);
			await world.refused(["ide", "git_branch", { create: "--orphan" }]);
			await world.refused(["ide", "git_diff", { against: "--output=hacked" }]);
			await world.refused(["ide", "run_tests", { filter: ["--reporter=./hacked.js"] }]);
		},
		legitimate: (world) => world.works(["ide", "git_branch", { create: "feature/plain" }]),
	},
	{
		name: "output made to stall whoever reads it",
		reported: "CWE-1333 (ReDoS)",
		async attempt(world) {
			world.write("projects/sample/a.txt", `${"a".repeat(60)}!\n`);
			await world.works(["ide", "search_code", { query: "(a+)+$", regex: true }]);
			world.write(
				"projects/sample/Makefile",
				"test:\n\t@head -c 3000000 /dev/zero | tr '\\0' '\\n'\n\t@printf ' FAIL x%2000000s.\\n' ''\n\t@echo '3 passed, 1 failed'\n",
			);
			const { result } = await world.works(["ide", "run_tests", {}]);
			expect(result).toMatchObject({ passed: 3, failed: 1 });
		},
		legitimate: (world) => world.works(["ide", "search_code", { query: "hel+o", regex: true }]),
	},
];

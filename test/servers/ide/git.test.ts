import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { guardArguments } from "../../../servers/ide/adapters/index.ts";
import { gitBranch } from "../../../servers/ide/tools/git-branch.ts";
import { gitCommand } from "../../../servers/ide/tools/git-command.ts";
import { gitCommit } from "../../../servers/ide/tools/git-commit.ts";
import { gitDiff } from "../../../servers/ide/tools/git-diff.ts";
import { gitLog } from "../../../servers/ide/tools/git-log.ts";
import { gitStatus } from "../../../servers/ide/tools/git-status.ts";
import { searchCode } from "../../../servers/ide/tools/search-code.ts";
import { startIde } from "./harness.ts";

let ide: Awaited<ReturnType<typeof startIde>>;
beforeEach(async () => {
	ide = await startIde();
});
afterEach(() => ide.stop());

test("the status tells branch and changes in one sentence", async () => {
	expect((await ide.call(gitStatus, {})).say).toBe("You are on main: nothing to commit.");
	await ide.write("new file.txt", "x");
	await ide.write("readme.md", "changed\n");
	const { output, say } = await ide.call(gitStatus, {});
	expect(say).toBe("You are on main: 2 changed files.");
	expect(output.files.map(({ path }) => path).sort()).toEqual(["new file.txt", "readme.md"]);
});

test("a repository is found by its folder's name as it sounds, and by a file in it", async () => {
	expect((await ide.call(gitStatus, { repository: "sampel" })).output.repository).toBe(ide.repository);
	expect((await ide.call(gitStatus, { repository: "projects/sample/readme.md" })).output.repository).toBe(
		ide.repository,
	);
	await expect(ide.call(gitStatus, { repository: "unheard of" })).rejects.toMatchObject({ code: "not_found" });
	await expect(ide.call(gitStatus, { repository: "/etc" })).rejects.toMatchObject({ code: "forbidden" });
});

test("the difference is counted and shown, renames under their new name", async () => {
	await ide.write("readme.md", "hello\nworld\n");
	const { output, say } = await ide.call(gitDiff, {});
	expect(output.files).toEqual([{ path: "readme.md", added: 1, removed: 0 }]);
	expect(output.patch).toContain("+world");
	expect(say).toBe("1 file changed, 1 line added and 0 removed: readme.md.");
	ide.git("checkout", "--quiet", "readme.md");
	ide.git("mv", "readme.md", "about.md");
	expect((await ide.call(gitDiff, { staged: true })).output.files).toEqual([
		{ path: "about.md", added: 0, removed: 0 },
	]);
});

test("a commit takes all changes with the message given, and the log tells it", async () => {
	await ide.write("a.txt", "a");
	const message = 'Add a; rm -rf / $(touch hacked) "quoted"';
	const { output, say } = await ide.call(gitCommit, { message });
	expect(say).toBe("Committed 1 file on main.");
	expect(ide.git("log", "-1", "--format=%H %B").trim()).toBe(`${output.commit} ${message}`);
	const log = await ide.call(gitLog, { limit: 1 });
	expect(log.output.commits[0]).toMatchObject({ author: "Test Person", subject: message });
	await expect(ide.call(gitCommit, { message: "again" })).rejects.toMatchObject({ code: "conflict" });
	expect(existsSync(join(ide.repository, "hacked"))).toBe(false);
});

test("without a message the person is asked", () => {
	expect(gitCommit.input.safeParse({}).success).toBe(false);
	expect(gitCommit.voice.en.ask?.message).toContain("commit message");
});

test("branches are made, switched and listed", async () => {
	await ide.call(gitBranch, { create: "feature/x" });
	await ide.call(gitBranch, { switch: "main" });
	const { output, say } = await ide.call(gitBranch, {});
	expect(output).toMatchObject({ current: "main", branches: ["feature/x", "main"] });
	expect(say).toBe("There are 2 branches; you are on main.");
});

test.each(["-d", "--orphan", "a b", "a..b", "@{-1}", "x.lock", "a~1", "/a"])("%s is no branch name", (name) => {
	expect(gitBranch.input.safeParse({ create: name }).success).toBe(false);
});

test("code is searched, a query that looks like an option too", async () => {
	await ide.write("main.ts", "let a = 1;\nconst needle = '--output=x';\n");
	expect((await ide.call(searchCode, { query: "needle" })).say).toBe("I found 1 place, the first in main.ts, line 2.");
	expect((await ide.call(searchCode, { query: "--output=x" })).output.total).toBe(1);
	expect((await ide.call(searchCode, { query: "nowhere to be found" })).output.total).toBe(0);
});

test("git commands work, quoting included, and errors of git are told", async () => {
	await ide.write("b c.txt", "x");
	await ide.call(gitCommand, { repository: "sample", arguments: ["add", "--", "b c.txt"] });
	expect((await ide.call(gitCommand, { repository: "sample", arguments: ["status", "--short"] })).output.output).toBe(
		'A  "b c.txt"\n',
	);
	await expect(ide.call(gitCommand, { repository: "sample", arguments: ["merge", "nowhere"] })).rejects.toMatchObject({
		code: "upstream_failed",
		message: expect.stringContaining("nowhere"),
	});
	for (const wanted of [
		["show", "nowhere"],
		["add", "--", "nowhere"],
	]) {
		await expect(ide.call(gitCommand, { repository: "sample", arguments: wanted })).rejects.toMatchObject({
			code: "not_found",
			message: expect.stringContaining("nowhere"),
		});
	}
});

test("a diff longer than an answer is read on, and what git only answers no to is no failure", async () => {
	await ide.write("readme.md", `${"a line of some length\n".repeat(9_000)}the end\n`);
	const first = await ide.call(gitDiff, {});
	expect(first.output).toMatchObject({ changed: 1, added: 9_001, removed: 1, next: 100_000 });
	const rest = await ide.call(gitDiff, { offset: first.output.next });
	expect(rest.output.next).toBe(200_000);
	const last = await ide.call(gitDiff, { offset: rest.output.next });
	expect(last.output.patch.endsWith("+the end\n")).toBe(true);
	expect(last.output.next).toBeUndefined();
	const none = await ide.call(gitCommand, { repository: "sample", arguments: ["grep", "not in there"] });
	expect(none.output.output).toBe("");
	const { output } = await ide.call(searchCode, { query: "line", limit: 2, skip: 8_998 });
	expect(output).toMatchObject({ total: 9_000, matches: [{ line: 8_999 }, { line: 9_000 }] });
});

describe("what stands between a person and git is told with what to do", () => {
	/** A remote with a commit that is not here. */
	const elsewhere = () => {
		ide.git("clone", "--quiet", "--bare", ide.repository, join(ide.home, "remote.git"));
		ide.git("remote", "add", "origin", join(ide.home, "remote.git"));
		ide.git("clone", "--quiet", join(ide.home, "remote.git"), join(ide.home, "other"));
		ide.git("-C", join(ide.home, "other"), "commit", "--quiet", "--allow-empty", "-m", "Theirs");
		ide.git("-C", join(ide.home, "other"), "push", "--quiet");
		ide.git("commit", "--quiet", "--allow-empty", "-m", "Ours");
	};
	const run = (...words: string[]) => ide.call(gitCommand, { repository: "sample", arguments: words });

	test("a new branch is pushed without a word on where to, one behind its remote is not", async () => {
		elsewhere();
		await expect(run("push", "origin", "main")).rejects.toMatchObject({
			code: "conflict",
			spoken: "The remote has newer commits. Pull first, then push again.",
		});
		await expect(run("pull", "origin", "main")).rejects.toMatchObject({
			code: "conflict",
			fix: expect.stringContaining("--rebase"),
		});
		await run("switch", "-c", "mine");
		expect((await run("push")).output.output).toContain("mine -> mine");
		expect((await ide.call(gitStatus, {})).output.upstream).toBe("origin/mine");
	});

	test("conflicts, work that would be lost, a lock and a remote that is not there", async () => {
		ide.git("switch", "--quiet", "-c", "other");
		await ide.write("readme.md", "theirs\n");
		ide.git("commit", "--quiet", "--all", "-m", "Theirs");
		ide.git("switch", "--quiet", "main");
		await ide.write("readme.md", "mine\n");
		await expect(run("switch", "other")).rejects.toMatchObject({
			code: "conflict",
			fix: expect.stringMatching(/stash/),
		});
		ide.git("commit", "--quiet", "--all", "-m", "Mine");
		await expect(run("merge", "other")).rejects.toMatchObject({
			code: "conflict",
			message: expect.stringContaining("Merge conflict in readme.md"),
		});
		await run("merge", "--abort");
		await expect(run("push")).rejects.toMatchObject({ code: "not_found", fix: expect.stringContaining("remote add") });
		await ide.write(".git/index.lock", "");
		await ide.write("a.txt", "a");
		await expect(ide.call(gitCommit, { message: "x" })).rejects.toMatchObject({ code: "busy" });
	});

	test("a hook that refuses is told by its last words", async () => {
		await writeFile(
			join(ide.repository, ".git/hooks/pre-commit"),
			"#!/bin/sh\necho checking\necho 'too long a line'\nexit 1\n",
			{
				mode: 0o755,
			},
		);
		await ide.write("a.txt", "a");
		await expect(ide.call(gitCommit, { message: "x" })).rejects.toMatchObject({ spoken: "Git says: too long a line" });
	});
});

test("a push to a remote that is not there ends with a clear error, never a prompt", async () => {
	ide.git("remote", "add", "origin", "https://127.0.0.1:1/none.git");
	await expect(
		ide.call(gitCommand, { repository: "sample", arguments: ["push", "origin", "main"] }),
	).rejects.toMatchObject({ code: "unavailable" });
});

// What is refused is tried in test/security/bypass.
test.each([
	[["log", "--oneline", "-5"]],
	[["switch", "-c", "x"]],
	[["checkout", "-b", "y"]],
	[["commit", "-m", "fix: exec --output"]],
	[["diff", "--stat", "HEAD~1..HEAD"]],
	[["config", "--get", "user.name"]],
	[["ls-files", "--exclude-standard", "--others"]],
	[["branch", "--remotes"]],
	[["stash", "push", "-m", "later"]],
	[["add", "--", "--upload-pack"]],
])("git %j is let through", (words) => {
	expect(guardArguments(words)).toEqual(words);
});

test("a commit runs the repository's own hooks, and their refusal is told", async () => {
	await mkdir(join(ide.repository, ".git/hooks"), { recursive: true });
	await writeFile(
		join(ide.repository, ".git/hooks/pre-commit"),
		"#!/bin/sh\necho 'error: no secrets please' >&2\nexit 1\n",
		{ mode: 0o755 },
	);
	await ide.write("a.txt", "a");
	await expect(ide.call(gitCommit, { message: "x" })).rejects.toMatchObject({
		message: expect.stringContaining("no secrets please"),
	});
	expect(await readFile(join(ide.repository, "a.txt"), "utf8")).toBe("a");
});

test("without git the error says what to install", async () => {
	const { createAdapters, findRequirements, ideSettings } = await import("../../../servers/ide/adapters/index.ts");
	const { silentLogger, systemClock } = await import("../../../core/contract/index.ts");
	const adapters = createAdapters({
		settings: ideSettings.parse({}),
		dataDir: "/nowhere",
		childEnv: { PATH: "" },
		folders: { allowed: [ide.home], denied: [] },
		clock: systemClock,
		log: silentLogger,
	});
	expect(await findRequirements(adapters)).toContainEqual(expect.objectContaining({ name: "git", ok: false }));
	await expect(adapters.repositories.open("projects/sample", new AbortController().signal)).rejects.toMatchObject({
		code: "missing_part",
	});
});

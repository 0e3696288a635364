import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { cancelClone, cloneRepository, cloneStatus } from "../../../servers/github/tools/clone.ts";
import { makeRepositories, startGitHost } from "./git-host.ts";
import { startGithub } from "./harness.ts";

let repositories: string;
beforeAll(async () => {
	repositories = await makeRepositories();
});
afterAll(() => rm(repositories, { recursive: true }));

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
});

/** A github server whose clones come from a real git host. */
async function start(host: Parameters<typeof startGitHost>[1] = {}, settings: object = {}) {
	const git = startGitHost(repositories, host);
	const github = await startGithub(settings);
	github.adapters.cloneUrl = ({ owner, repo }) => `${git.url}/${owner}/${repo}.git`;
	stops.push(git.stop, github.stop);
	return github;
}

const commits = (path: string) =>
	Number(Bun.spawnSync(["git", "rev-list", "--count", "HEAD"], { cwd: path }).stdout.toString());

test("a repository arrives whole: default branch, history and tags", async () => {
	const github = await start();
	const { output, say } = await github.call(cloneRepository, { repository: "admin/demo" });
	expect(output.path).toBe(join(github.home, "projects/demo"));
	expect(say).toBe("demo is cloned into demo.");
	expect(commits(output.path)).toBe(30);
	expect((await readdir(output.path)).length).toBe(21);
	expect(Bun.spawnSync(["git", "branch", "--show-current"], { cwd: output.path }).stdout.toString()).toBe("trunk\n");
	expect(Bun.spawnSync(["git", "tag"], { cwd: output.path }).stdout.toString()).toBe("v1\n");
}, 60_000);

test("a clone that breaks off goes on where it stopped", async () => {
	let broken = false;
	const github = await start({
		cutAfterBytes(length) {
			// The first layer, the newest state alone, is small; the history after it is what breaks, once.
			if (broken || length < 300_000) return undefined;
			broken = true;
			return 50_000;
		},
	});
	await expect(github.call(cloneRepository, { repository: "admin/demo", path: "broken" })).rejects.toMatchObject({
		code: "unavailable",
		fix: expect.stringContaining("goes on where it stopped"),
	});
	expect(await readdir(github.home)).not.toContain("broken");
	const { output } = await github.call(cloneRepository, { repository: "admin/demo", path: "broken" });
	expect(output.resumed).toBe(true);
	expect(commits(output.path)).toBe(30);
	expect((await readdir(github.home)).filter((name) => name.startsWith("broken.clone"))).toEqual([]);
}, 60_000);

test("a private one is let in by the token, which is written nowhere in the clone", async () => {
	const github = await start({ token: "test_token_admin" });
	const { output } = await github.call(cloneRepository, { repository: "admin/demo" });
	expect(commits(output.path)).toBe(30);
	const { stdout } = Bun.spawnSync(["grep", "-ra", "test_token_admin", output.path]);
	expect(stdout.toString()).toBe("");
	expect(await readFile(join(output.path, ".git/config"), "utf8")).not.toContain("token");
}, 60_000);

test("without the right token the clone is refused, never asked for on a terminal", async () => {
	const github = await start({ token: "another" });
	await expect(github.call(cloneRepository, { repository: "admin/demo" })).rejects.toMatchObject({
		code: "unauthenticated",
	});
}, 60_000);

test("what is there already is not overwritten, and nothing is cloned outside the allowed folders", async () => {
	const github = await start();
	await Bun.write(join(github.home, "mine/notes.txt"), "mine");
	await expect(github.call(cloneRepository, { repository: "admin/demo", path: "mine" })).rejects.toMatchObject({
		code: "conflict",
	});
	await expect(
		github.call(cloneRepository, { repository: "admin/demo", path: "/tmp/elsewhere" }),
	).rejects.toMatchObject({ code: "forbidden" });
	await expect(github.call(cloneRepository, { repository: "admin/none" })).rejects.toMatchObject({ code: "not_found" });
}, 60_000);

test("one that takes long is answered with a handle, waited for, and stopped when it is told to", async () => {
	const github = await start({ delayMs: 300 });
	const begun = await github.call(cloneRepository, { repository: "admin/demo", wait_ms: 0 });
	expect(begun.output).toMatchObject({ status: "running", repository: "admin/demo" });
	expect(begun.say).toMatch(/^demo is still being cloned, \d+ percent are here\.$/);
	await expect(github.call(cloneRepository, { repository: "admin/demo" })).rejects.toMatchObject({
		code: "conflict",
		message: expect.stringContaining("is being cloned already"),
	});
	const done = await github.call(cloneStatus, { id: begun.output.id, wait_ms: 30_000 });
	expect(done.output).toMatchObject({ status: "done", percent: 100, path: join(github.home, "projects/demo") });
	expect(commits(done.output.path)).toBe(30);

	const again = await github.call(cloneRepository, { repository: "admin/demo", path: "again", wait_ms: 0 });
	const stopped = await github.call(cancelClone, { id: again.output.id });
	expect(stopped.output).toMatchObject({ status: "failed", error: "The clone was cancelled." });
	expect(await readdir(github.home)).not.toContain("again");
	await expect(github.call(cloneStatus, { id: "c99" })).rejects.toMatchObject({ code: "not_found" });
}, 60_000);

test("one that broke off behind the answer says so to whoever asks later", async () => {
	const github = await start({ delayMs: 100, cutAfterBytes: (length) => (length < 300_000 ? undefined : 50_000) });
	const begun = await github.call(cloneRepository, { repository: "admin/demo", wait_ms: 0 });
	const { output, say } = await github.call(cloneStatus, { id: begun.output.id, wait_ms: 30_000 });
	expect(output).toMatchObject({ status: "failed", error: expect.stringContaining("broke off") });
	expect(say).toContain("broke off");
	expect((await github.call(cancelClone, {})).output.status).toBe("failed");
}, 60_000);

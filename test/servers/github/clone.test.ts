import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { cloneRepository } from "../../../servers/github/tools/repositories.ts";
import { startGitHost } from "./git-host.ts";
import { startGithub } from "./harness.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
});

/** A github server whose clones come from a real git host. */
async function start(host: Parameters<typeof startGitHost>[0] = {}, settings: object = {}) {
	const git = await startGitHost(host);
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

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeIssue, commentIssue, createIssue, getIssue, listIssues } from "../../../servers/github/tools/issues.ts";
import {
	createPullRequest,
	getPullRequest,
	listPullRequests,
	mergePullRequest,
	reviewPullRequest,
} from "../../../servers/github/tools/pull-requests.ts";
import { createRelease, listReleases } from "../../../servers/github/tools/releases.ts";
import { getRepository, listRepositories } from "../../../servers/github/tools/repositories.ts";
import { githubSignOut } from "../../../servers/github/tools/sign-in.ts";
import { cancelWorkflowRun } from "../../../servers/github/tools/workflow-runs.ts";
import { startGithub } from "./harness.ts";

let github: Awaited<ReturnType<typeof startGithub>>;
beforeAll(async () => {
	github = await startGithub({ paced: false });
	await github.demo();
});
beforeEach(() => {
	github.answers.length = 0;
});
afterAll(() => github.stop());

test("a repository is found by owner and name, by address, and by its name as it sounds", async () => {
	for (const said of ["admin/demo", "https://github.com/admin/demo.git", "deemo", "Demo"]) {
		expect((await github.call(getRepository, { repository: said })).output.name).toBe("admin/demo");
	}
	await expect(github.call(getRepository, { repository: "unheard of" })).rejects.toMatchObject({ code: "not_found" });
	expect((await github.call(listRepositories, {})).output.repositories.map(({ name }) => name)).toContain("admin/demo");
});

test("long lists come page by page", async () => {
	const titles = ["one", "two", "three"];
	for (const title of titles) await github.api("POST", "/repos/admin/demo/issues", { title: `page ${title}` });
	const page = async (number: number) => {
		const { output, say } = await github.call(listIssues, { repository: "admin/demo", limit: 2, page: number });
		return { issues: output.issues.map(({ number: n }) => n), next: output.next_page, say };
	};
	const [{ issues: first, ...start }, { issues: second, ...end }] = [await page(1), await page(2)];
	expect([start, end]).toMatchObject([
		{ next: 2, say: expect.stringMatching(/^More than 2 open issues\. /) },
		{ next: undefined, say: expect.stringMatching(/^On page 2, /) },
	]);
	expect(first).toHaveLength(2);
	expect(second.length).toBeGreaterThan(0);
	expect(first.filter((one) => second.includes(one))).toEqual([]);
	for (const number of [...first, ...second]) await github.call(closeIssue, { repository: "admin/demo", number });
});

test("GitHub Enterprise is asked at its own address, and cloned from its own", async () => {
	const host = await startGithub();
	host.answers.push((_, path) => (path === "/api/v3/user/repos" ? Response.json([]) : undefined));
	const enterprise = await startGithub({ baseUrl: `${host.url}/api/v3/` });
	expect((await enterprise.call(listRepositories, {})).output).toEqual({ repositories: [] });
	expect(enterprise.adapters.cloneUrl({ owner: "team", repo: "tool" })).toBe(`${host.url}/team/tool.git`);
	await host.stop();
	await enterprise.stop();
});

test("a pull request is opened, read, reviewed and merged", async () => {
	const opened = await github.call(createPullRequest, {
		repository: "admin/demo",
		title: "Add a file",
		head: "feature",
		base: "main",
		body: "Because.",
	});
	const { number } = opened.output;
	expect(opened.say).toBe(`Pull request ${number} is open: Add a file.`);
	expect(
		(await github.call(listPullRequests, { repository: "admin/demo" })).output.pull_requests.map((pull) => pull.number),
	).toEqual([number]);
	const shown = await github.call(getPullRequest, { repository: "admin/demo", number });
	expect(shown.output).toMatchObject({ body: "Because.", merged: false, head: "feature", checks: [] });
	github.answers.push((_, path) =>
		path.endsWith("/check-runs") ? Response.json({ message: "Not accessible" }, { status: 403 }) : undefined,
	);
	const unseen = await github.call(getPullRequest, { repository: "admin/demo", number });
	expect(unseen.output).toMatchObject({ head: "feature", checks: undefined });
	expect(unseen.say).toContain("its checks can't be seen with this account");
	const review = await github.call(reviewPullRequest, {
		repository: "admin/demo",
		number,
		verdict: "comment",
		body: "Looks good",
	});
	expect(review.output.state).toMatch(/COMMENT/i);
	expect(
		(await github.call(mergePullRequest, { repository: "admin/demo", number, method: "squash" })).output.merged,
	).toBe(true);
	expect((await github.call(getPullRequest, { repository: "admin/demo", number })).output.merged).toBe(true);
	await expect(github.call(mergePullRequest, { repository: "admin/demo", number })).rejects.toMatchObject({
		code: expect.stringMatching(/unsupported|conflict/),
	});
});

test("an issue is opened, listed, commented on and closed", async () => {
	const { output } = await github.call(createIssue, { repository: "admin/demo", title: "It breaks", body: "Always" });
	await github.call(commentIssue, { repository: "admin/demo", number: output.number, body: "Me too" });
	const listed = await github.call(listIssues, { repository: "admin/demo" });
	expect(listed.output.issues).toContainEqual(
		expect.objectContaining({ number: output.number, title: "It breaks", comments: 1 }),
	);
	expect(
		(await github.call(closeIssue, { repository: "admin/demo", number: output.number, reason: "not_planned" })).output
			.state,
	).toBe("closed");
	expect(
		(await github.call(listIssues, { repository: "admin/demo" })).output.issues.map((issue) => issue.number),
	).not.toContain(output.number);
});

test("an issue is read whole: its text part by part, and what was said to it", async () => {
	const body = `${"x".repeat(20_000)}the end`;
	const { number } = (await github.call(createIssue, { repository: "admin/demo", title: "Long", body })).output;
	for (const said of ["First", "Second"]) {
		await github.call(commentIssue, { repository: "admin/demo", number, body: said });
	}
	const { output, say } = await github.call(getIssue, { repository: "admin/demo", number, limit: 1 });
	expect(output).toMatchObject({ title: "Long", next: 20_000, said: [{ author: "admin", body: "First" }] });
	expect(say).toBe(`Issue ${number} by admin, Long, is open, with 2 comments.`);
	const rest = await github.call(getIssue, { repository: "admin/demo", number, limit: 1, offset: 20_000, page: 2 });
	expect(rest.output).toMatchObject({ body: "the end", said: [{ body: "Second" }] });
	expect(rest.output.next).toBeUndefined();
	await expect(github.call(getIssue, { repository: "admin/demo", number: 9_999 })).rejects.toMatchObject({
		code: "not_found",
		spoken: "I can't find the issue 9999 of admin/demo on GitHub.",
	});
});

test("who is asked hears the whole name of the repository, and says yes to that very state of it", async () => {
	const meant = github.resolve;
	expect(await meant(closeIssue, { repository: "deemo", number: 5 })).toBe("Close issue 5 of admin/demo as completed");
	await expect(meant(closeIssue, { repository: "unheard of", number: 5 })).rejects.toMatchObject({ code: "not_found" });
	await github.api("PUT", "/repos/admin/demo/contents/late.txt", {
		message: "Late",
		content: "aGVsbG8K",
		branch: "feature",
	});
	const opened = await github.call(createPullRequest, {
		repository: "admin/demo",
		title: "Late",
		head: "feature",
		base: "main",
	});
	const { number } = opened.output;
	const head = "0".repeat(40);
	await expect(github.call(mergePullRequest, { repository: "admin/demo", number, head })).rejects.toMatchObject({
		code: expect.stringMatching(/conflict|unsupported/),
	});
	expect(await meant(mergePullRequest, { repository: "demo", number })).toBe(
		`Merge pull request ${number} of admin/demo`,
	);
});

test("a release is published and listed", async () => {
	await github.call(createRelease, { repository: "admin/demo", tag: "v1.0.0", body: "First" });
	expect((await github.call(listReleases, { repository: "admin/demo" })).say).toBe("1 release. The newest is v1.0.0.");
});

test("every tool that writes is outbound, so that words alone never do it", () => {
	for (const tool of [
		createPullRequest,
		mergePullRequest,
		reviewPullRequest,
		createIssue,
		commentIssue,
		closeIssue,
		createRelease,
	]) {
		expect(tool.effect).toBe("outbound");
	}
});

describe("what is refused before GitHub is asked", () => {
	test.each([
		[createPullRequest, { repository: "admin/demo", title: " ", head: "a", base: "b" }],
		[createPullRequest, { repository: "admin/demo", title: "x", head: "--force", base: "b" }],
		[reviewPullRequest, { repository: "admin/demo", number: 1, verdict: "comment" }],
		[mergePullRequest, { repository: "admin/demo", number: 0 }],
		[mergePullRequest, { repository: "admin/demo", number: "1" }],
		[listIssues, { repository: "admin/demo", limit: 1000 }],
	])("%#", (tool, input) => {
		expect(tool.input.safeParse(input).success).toBe(false);
	});
});

describe("GitHub's troubles are told for what they are", () => {
	const json = (status: number, body: object, headers: Record<string, string> = {}) =>
		new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
	const failing = (response: () => Response) =>
		github.answers.push((_, path) => (path === "/repos/admin/demo" ? response() : undefined));

	test("a wrong token", async () => {
		failing(() => json(401, { message: "Bad credentials" }));
		await expect(github.call(getRepository, { repository: "admin/demo" })).rejects.toMatchObject({
			code: "unauthenticated",
			fix: expect.stringContaining("sign in"),
		});
	});

	test("a used-up limit, with how long it lasts", async () => {
		const limited = await startGithub();
		const reset = String(Math.floor(Date.now() / 1000) + 600);
		const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
		limited.answers.push(() => json(403, { message: "API rate limit exceeded" }, headers));
		const refused = { code: "rate_limited", spoken: "GitHub's limit is used up; try again in 10 minutes." };
		await expect(limited.call(getRepository, { repository: "admin/demo" })).rejects.toMatchObject(refused);
		await expect(limited.call(listIssues, { repository: "admin/demo" })).rejects.toMatchObject(refused);
		expect(limited.seen).toEqual(["GET /repos/admin/demo"]);
		await limited.stop();
	});

	test("a refusal is told at once, and what writes is never done twice", async () => {
		const asked: string[] = [];
		github.answers.push((request, path) => {
			if (request.method === "GET") return undefined;
			asked.push(path.replace(/.*\//, ""));
			return path.endsWith("/cancel")
				? json(409, { message: "It is completed" })
				: json(502, { message: "bad gateway" });
		});
		await expect(github.call(cancelWorkflowRun, { repository: "admin/demo", run: 1 })).rejects.toMatchObject({
			code: "conflict",
		});
		await expect(github.call(createRelease, { repository: "admin/demo", tag: "v9" })).rejects.toMatchObject({
			code: "upstream_failed",
			fix: "It may have been done all the same: look before trying again.",
		});
		expect(asked).toEqual(["cancel", "releases"]);
	});

	test("two changes in a row have the pause between them that GitHub asks for", async () => {
		const paced = await startGithub();
		await paced.demo();
		await paced.api("POST", "/repos/admin/demo/issues", { title: "Close me twice" });
		const asked: number[] = [];
		paced.answers.push(({ method }) => {
			if (method === "PATCH") asked.push(performance.now());
			return undefined;
		});
		for (const reason of ["completed", "not_planned"]) {
			await paced.call(closeIssue, { repository: "admin/demo", number: 1, reason });
		}
		expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(800);
		await paced.stop();
	});

	test("a failure of its own is tried again", async () => {
		let times = 0;
		github.answers.push((_, path) =>
			path === "/repos/admin/demo" && times++ === 0 ? json(502, { message: "bad gateway" }) : undefined,
		);
		expect((await github.call(getRepository, { repository: "admin/demo" })).output.name).toBe("admin/demo");
		expect(times).toBe(2);
	});

	test("what is not there or not to be seen", async () => {
		await expect(github.call(getRepository, { repository: "admin/none" })).rejects.toMatchObject({ code: "not_found" });
		await expect(github.call(getPullRequest, { repository: "admin/demo", number: 999 })).rejects.toMatchObject({
			code: "not_found",
			message: expect.stringContaining("pull request 999"),
		});
	});

	test("no network", async () => {
		const away = await startGithub({ baseUrl: "http://127.0.0.1:1", retries: 0 });
		await expect(away.call(getRepository, { repository: "admin/demo" })).rejects.toMatchObject({ code: "unavailable" });
		await away.stop();
	});

	test("nobody signed in", async () => {
		const nobody = await startGithub({ token: undefined });
		await expect(nobody.call(listRepositories, {})).rejects.toMatchObject({ code: "unauthenticated" });
		expect((await nobody.call(githubSignOut, {})).say).toBe("You are signed out of GitHub.");
		await nobody.stop();
	});

	test("giving up ends the request", async () => {
		github.answers.push((_, path) =>
			path === "/repos/admin/demo" ? Bun.sleep(30_000).then(() => new Response()) : undefined,
		);
		const controller = new AbortController();
		setTimeout(() => controller.abort(), 200);
		await expect(
			github.call(getRepository, { repository: "admin/demo" }, { signal: controller.signal }),
		).rejects.toMatchObject({ code: "cancelled" });
	});
});

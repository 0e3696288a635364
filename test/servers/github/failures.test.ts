import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../../../servers/github/index.ts";
import { callerOf } from "../by-name.ts";
import { startGithub } from "./harness.ts";

let github: Awaited<ReturnType<typeof startGithub>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
	github = await startGithub({ baseUrl: "http://127.0.0.1:1", retries: 0, paced: false });
	call = callerOf(server, github.adapters);
});
afterAll(() => github.stop());

const repository = "admin/demo";

describe("input that makes no sense is refused before GitHub is asked", () => {
	test.each([
		["clone_repository", { repository, path: "" }],
		["clone_repository", { repository: "--upload-pack=touch hacked" }],
		["clone_repository", { repository: "ext::sh -c touch% hacked" }],
		["clone_repository", { repository: "ssh://-oProxyCommand=touch/hacked" }],
		["clone_repository", { repository: "admin/--config" }],
		["clone_status", { id: "latest" }],
		["cancel_clone", { id: "-1" }],
		["create_pull_request", { repository, title: "x", head: "--force", base: "b" }],
		["list_repositories", { owner: "a/../b" }],
		["get_repository", { repository: "" }],
		["list_pull_requests", { repository, state: "lost" }],
		["get_pull_request", { repository, number: 1.5 }],
		["merge_pull_request", { repository, number: 0 }],
		["review_pull_request", { repository, number: 1, verdict: "comment" }],
		["list_issues", { repository, limit: 1000 }],
		["get_issue", { repository, number: 1, offset: -1 }],
		["create_issue", { repository, title: " " }],
		["comment_issue", { repository, number: 1, body: "" }],
		["close_issue", { repository, number: 1, reason: "bored" }],
		["list_workflows", { repository, limit: 0 }],
		["run_workflow", { repository, workflow: "" }],
		["list_workflow_runs", { repository, status: "odd" }],
		["get_job_logs", { repository, run: 1, tail_lines: 0 }],
		["rerun_workflow", { repository, run: "last" }],
		["cancel_workflow_run", { repository, run: -1 }],
		["follow_workflow_run", { repository, wait_ms: 60_000 }],
		["follow_status", { id: "latest" }],
		["stop_following", { id: "-1" }],
		["list_releases", { repository, page: 0 }],
		["create_release", { repository, tag: "-d" }],
		["github_sign_in", { token: "x" }],
		["github_sign_out", { all: true }],
	])("%s given %j", async (tool, input) => {
		await expect(call(tool, input)).rejects.toMatchObject({ code: "bad_request" });
	});
});

describe("without a way to GitHub every tool says so", () => {
	test.each([
		["clone_repository", { repository, path: "clone" }],
		["create_pull_request", { repository, title: "x", head: "a", base: "b" }],
		["list_repositories", {}],
		["get_repository", { repository }],
		["list_pull_requests", { repository }],
		["get_pull_request", { repository, number: 1 }],
		["merge_pull_request", { repository, number: 1 }],
		["review_pull_request", { repository, number: 1, verdict: "approve" }],
		["list_issues", { repository }],
		["get_issue", { repository, number: 1 }],
		["create_issue", { repository, title: "x" }],
		["comment_issue", { repository, number: 1, body: "x" }],
		["close_issue", { repository, number: 1 }],
		["list_workflows", { repository }],
		["run_workflow", { repository, workflow: "ci.yml" }],
		["list_workflow_runs", { repository }],
		["get_job_logs", { repository, run: 1 }],
		["follow_workflow_run", { repository }],
		["rerun_workflow", { repository, run: 1 }],
		["cancel_workflow_run", { repository, run: 1 }],
		["list_releases", { repository }],
		["create_release", { repository, tag: "v1" }],
	])("%s", async (tool, input) => {
		await expect(call(tool, input)).rejects.toMatchObject({
			code: expect.stringMatching(/unavailable|upstream_failed/),
		});
	});
});

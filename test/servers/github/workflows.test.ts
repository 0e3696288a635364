import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { followStatus, followWorkflowRun, stopFollowing } from "../../../servers/github/tools/follow-run.ts";
import {
	cancelWorkflowRun,
	getJobLogs,
	listWorkflowRuns,
	rerunWorkflow,
} from "../../../servers/github/tools/workflow-runs.ts";
import { listWorkflows, runWorkflow } from "../../../servers/github/tools/workflows.ts";
import { emulateActions } from "./actions.ts";
import { startGithub } from "./harness.ts";

let github: Awaited<ReturnType<typeof startGithub>>;
let actions: ReturnType<typeof emulateActions>;
const repository = "admin/demo";

beforeAll(async () => {
	github = await startGithub({ paced: false });
	await github.demo();
});
beforeEach(() => {
	actions = emulateActions();
	github.answers.splice(0, github.answers.length, ...actions.answers);
});
afterAll(() => github.stop());

test("a workflow is found by its name or file, started, and the run that came of it is given", async () => {
	expect((await github.call(listWorkflows, { repository })).say).toBe("1 workflow: Build and test.");
	for (const workflow of ["Build and test", "ci.yml", "ci", "7"]) {
		const { output } = await github.call(runWorkflow, {
			repository,
			workflow,
			ref: "feature",
			inputs: { level: "full" },
		});
		expect(output.run).toMatchObject({ branch: "feature", status: "queued" });
	}
	expect(actions.asked[0]).toBe('dispatch feature {"level":"full"}');
	await expect(github.call(runWorkflow, { repository, workflow: "deploy" })).rejects.toMatchObject({
		code: "not_found",
		fix: "There are Build and test.",
	});
	const listed = await github.call(listWorkflowRuns, { repository, workflow: "ci" });
	expect(listed.output.runs[0]).toMatchObject({ name: "Build and test", branch: "feature" });
	expect(listed.say).toMatch(/^The newest run, Build and test on feature, /);
});

test("a run is followed to its end", async () => {
	const { output, say } = await github.call(runWorkflow, { repository, workflow: "ci", follow: true });
	expect(output.run).toMatchObject({ conclusion: "success", branch: "main" });
	expect(say).toBe("Build and test ended: success.");
}, 30_000);

test("a run is followed behind the answer, over a moment without GitHub, and its failed jobs are named", async () => {
	const started = await github.call(runWorkflow, { repository, workflow: "ci" });
	const run = actions.runs[0];
	if (run !== undefined) run.polls = -1;
	const begun = await github.call(followWorkflowRun, { repository, wait_ms: 0 });
	expect(begun.output).toMatchObject({ status: "running" });
	expect(begun.say).toBe("It is still running.");
	const { id } = begun.output;
	if (run !== undefined) run.polls = 2;
	// The next look meets an outage.
	let outages = 0;
	github.answers.unshift((_, path) =>
		path === `/repos/admin/demo/actions/runs/${run?.id}` && outages++ === 0
			? new Response("{}", { status: 502 })
			: undefined,
	);
	const { output, say } = await github.call(followStatus, { id, wait_ms: 30_000 });
	expect(output).toMatchObject({
		status: "done",
		result: { run: { id: started.output.run?.id, conclusion: "success" }, failed_jobs: ["test"] },
	});
	expect(say).toBe("Build and test on main ended: success, test failed.");
	expect((await github.call(stopFollowing, { id })).say).toBe("It had ended already.");
	await expect(github.call(followWorkflowRun, { repository, run: 5 })).rejects.toMatchObject({ code: "not_found" });
	await expect(github.call(followStatus, { id }, { user: "u2" })).rejects.toMatchObject({ code: "not_found" });
}, 40_000);

test("a run that is deleted meanwhile is said to be gone", async () => {
	await github.call(runWorkflow, { repository, workflow: "ci" });
	const run = actions.runs[0];
	if (run !== undefined) run.polls = -1_000;
	const { output } = await github.call(followWorkflowRun, { repository, wait_ms: 500 });
	actions.runs.length = 0;
	const { say } = await github.call(followStatus, { id: output.id, wait_ms: 30_000 });
	expect(say).toBe(`I can no longer follow the workflow. I can't find the run ${run?.id} on GitHub.`);
	expect((await github.call(stopFollowing, { id: output.id })).output.status).toBe("failed");
}, 40_000);

test("one that is no longer to be followed is left alone at GitHub", async () => {
	await github.call(runWorkflow, { repository, workflow: "ci" });
	const run = actions.runs[0];
	if (run !== undefined) run.polls = -1_000;
	await github.call(followWorkflowRun, { repository, wait_ms: 0 });
	const { output, say } = await github.call(stopFollowing, {});
	expect(output).toMatchObject({ status: "failed", error: "The watch was cancelled." });
	expect(say).toBe("I no longer follow it.");
	expect(actions.asked).toEqual([expect.stringMatching(/^dispatch/)]);
});

test("the end of a failed job's log is shown, with the step that failed", async () => {
	await github.call(runWorkflow, { repository, workflow: "ci" });
	const { output, say } = await github.call(getJobLogs, { repository, tail_lines: 3 });
	expect(output.jobs).toEqual([
		{
			id: 72,
			name: "test",
			conclusion: "failure",
			failed_step: "Run the tests",
			log: "2026-01-01T00:00:00Z line 498\n2026-01-01T00:00:00Z line 499\n2026-01-01T00:00:00Z line 500",
			first_line: 498,
			total_lines: 500,
		},
	]);
	const before = await github.call(getJobLogs, { repository, job: 72, before_line: 498, tail_lines: 2 });
	expect(before.output.jobs[0]).toMatchObject({ first_line: 496, log: expect.stringMatching(/line 496\n.*line 497$/) });
	expect(before.output.left_out).toBe(0);
	await expect(github.call(getJobLogs, { repository, job: 5 })).rejects.toMatchObject({ code: "not_found" });
	expect(say).toBe("test ended with failure, in the step Run the tests. The log is on the page.");
});

test("a run is run again or cancelled, and one that is not there is said so", async () => {
	const { output } = await github.call(runWorkflow, { repository, workflow: "ci" });
	const run = output.run?.id;
	await github.call(rerunWorkflow, { repository, run });
	await github.call(rerunWorkflow, { repository, run, failed_only: false });
	await github.call(cancelWorkflowRun, { repository, run });
	expect(actions.asked.slice(1)).toEqual([`rerun-failed-jobs ${run}`, `rerun ${run}`, `cancel ${run}`]);
	await expect(github.call(cancelWorkflowRun, { repository, run: 5 })).rejects.toMatchObject({ code: "not_found" });
});

test("where no run is named the newest that fits is meant", async () => {
	const run = (id: number, conclusion: string | null) => ({
		id,
		status: conclusion === null ? "in_progress" : "completed",
		conclusion,
		ref: "main",
		polls: 0,
	});
	actions.runs.push(run(9, "success"), run(8, null), run(7, "failure"), run(6, "failure"));
	expect(await github.resolve(cancelWorkflowRun, { repository })).toBe("Cancel run 8 of admin/demo");
	expect((await github.call(rerunWorkflow, { repository })).output.run).toBe(7);
	expect((await github.call(cancelWorkflowRun, { repository })).output.run).toBe(8);
	expect(actions.asked).toEqual(["rerun-failed-jobs 7", "cancel 8"]);
	actions.runs.splice(0, 4, run(9, "success"));
	await expect(github.call(rerunWorkflow, { repository })).rejects.toMatchObject({
		code: "not_found",
		message: expect.stringContaining("that failed"),
	});
});

test("a repository without runs says so", async () => {
	expect((await github.call(listWorkflowRuns, { repository })).say).toBe("There are no runs.");
	await expect(github.call(getJobLogs, { repository })).rejects.toMatchObject({ code: "not_found" });
});

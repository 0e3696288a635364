import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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
	github = await startGithub();
	await github.demo();
});
beforeEach(() => {
	actions = emulateActions();
	github.answers.splice(0, github.answers.length, ...actions.answers);
});
afterAll(() => github.stop());

test("a workflow is found by its name or file, started, and the run that came of it is given", async () => {
	expect((await github.call(listWorkflows, { repository })).say).toBe("one workflow: Build and test.");
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
});

test("a run is followed to its end", async () => {
	const { output, say } = await github.call(runWorkflow, { repository, workflow: "ci", follow: true });
	expect(output.run).toMatchObject({ conclusion: "success", branch: "main" });
	expect(say).toBe("Build and test ended: success.");
}, 30_000);

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
			total_lines: 500,
		},
	]);
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

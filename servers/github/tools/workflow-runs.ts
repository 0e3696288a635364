import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { printable } from "../../../core/text/index.ts";
import type { GithubAdapters } from "../adapters/index.ts";
import { ask, askPage, nextPage, number, open, pageFields, refName, repositoryField } from "./shared.ts";
import { findWorkflow, newestRun, runSchema, toRun } from "./workflow-shape.ts";

/** Runs of a repository's workflows. */
export const listWorkflowRuns = defineTool({
	name: "list_workflow_runs",
	title: "List workflow runs",
	description: "Workflow runs, newest first; of one workflow, branch or status; paged.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		repository: repositoryField,
		workflow: slot("name", z.string().min(1).max(300)).optional(),
		branch: refName.optional(),
		status: z.enum(["queued", "in_progress", "completed", "success", "failure", "cancelled"]).optional(),
		...pageFields,
	}),
	output: z.object({ runs: z.array(runSchema), ...nextPage }),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the] workflow runs (in|of|on|for) {repository}",
				"(did|has|have) the [last|latest] (build|ci|pipeline|checks|workflow) [pass|passed|fail|failed|succeed|succeeded|work|worked|go through] (in|of|on|for) {repository}",
				"(did|has) {repository}'s [last|latest] (build|ci|pipeline) [pass|passed|fail|failed|succeed|succeeded]",
				"how is the (build|ci|pipeline) (of|in|for) {repository}",
				"is the (build|ci|pipeline) (green|red|passing|failing|broken|okay|fine) (in|of|on|for) {repository}",
			],
			ask: { repository: "Of which repository?" },
		},
	},
	say({ runs }) {
		const [first] = runs;
		return first === undefined
			? "There are no runs."
			: `The newest run, ${first.name} on ${first.branch}, ${first.conclusion === null ? `is ${first.status.replace("_", " ")}` : `ended: ${first.conclusion}`}.`;
	},
	async run({ repository, workflow, branch, status, limit, page }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const filter = {
			...at,
			per_page: limit,
			page,
			...(branch === undefined ? {} : { branch }),
			...(status === undefined ? {} : { status }),
		};
		const { data, next } =
			workflow === undefined
				? await askPage(`the repository ${name}`, page, github.rest.actions.listWorkflowRunsForRepo(filter))
				: await askPage(
						`the workflow ${workflow}`,
						page,
						github.rest.actions.listWorkflowRuns({ ...filter, workflow_id: await findWorkflow(github, at, workflow) }),
					);
		return { runs: data.workflow_runs.map(toRun), ...next };
	},
});

/** Jobs whose logs one answer carries, and characters of all of them together. */
const mostJobs = 10;
const logCharacters = 600_000;

/** The log of a run's jobs, the failed ones' ends by default. */
export const getJobLogs = defineTool({
	name: "get_job_logs",
	title: "Job logs",
	description:
		"The last lines of the logs of a workflow run's jobs: the failed ones, all, or one; of one, also those before a line.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		repository: repositoryField,
		run: number.optional().describe("A run's id; the newest run by default"),
		failed_only: z.boolean().default(true),
		tail_lines: z.number().int().min(1).max(2000).default(100),
		job: z.number().int().min(1).optional().describe("One job's id, whatever came of it"),
		before_line: z.number().int().min(1).optional().describe("The lines before this one, in place of the last"),
	}),
	output: z.object({
		run: z.number().int(),
		jobs: z.array(
			z.object({
				id: z.number().int(),
				name: z.string(),
				conclusion: z.string().nullable(),
				failed_step: z.string().optional(),
				log: z.string(),
				first_line: z.number().int().describe("Number of the first line shown: for before_line"),
				total_lines: z.number().int(),
			}),
		),
		left_out: z.number().int().describe("Further jobs that fit; name one by its id to see its log"),
	}),
	voice: {
		en: {
			sentences: [
				"(show|read) [me] [the] logs of [the] [last] [failed] (run|job|build) (in|of|on|for) {repository}",
				"why did the [last|latest] (build|ci|pipeline|run|workflow|checks) fail (in|of|on|for) {repository}",
				"(what went wrong|what is wrong) (in|with) the [last|latest] (build|ci|pipeline|run) (in|of|on|for) {repository}",
			],
			ask: { repository: "Of which repository?" },
		},
	},
	timeoutMs: 58_000,
	say({ jobs }) {
		const [first] = jobs;
		if (first === undefined) return "No job failed.";
		return `${first.name} ended with ${first.conclusion ?? "no result yet"}${first.failed_step === undefined ? "" : `, in the step ${first.failed_step}`}. The log is on the page.`;
	},
	async run({ repository, run, failed_only, tail_lines, job: one, before_line }, adapters: GithubAdapters, context) {
		const { github, at } = await open(repository, adapters, context);
		const id = run ?? (await newestRun(github, at));
		const found = await ask(
			`the run ${id}`,
			github.rest.actions.listJobsForWorkflowRun({ ...at, run_id: id, per_page: 100 }),
		);
		const fitting = found.jobs.filter(({ id: own, conclusion }) =>
			one === undefined ? !failed_only || conclusion === "failure" : own === one,
		);
		if (one !== undefined && fitting.length === 0) throw new AiosError("not_found", `The run ${id} has no job ${one}.`);
		const shown = fitting.slice(0, mostJobs);
		const jobs = [];
		for (const job of shown) {
			const text = String(
				await ask(
					`the log of ${job.name}`,
					github.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: job.id }),
				),
			);
			const lines = printable(text).trimEnd().split("\n");
			const end = Math.min(lines.length, (before_line ?? lines.length + 1) - 1);
			const part = lastOf(lines.slice(Math.max(0, end - tail_lines), end), Math.floor(logCharacters / shown.length));
			const step = job.steps?.find(({ conclusion }) => conclusion === "failure")?.name;
			jobs.push({
				id: job.id,
				name: job.name,
				conclusion: job.conclusion,
				...(step === undefined ? {} : { failed_step: step }),
				log: part.join("\n"),
				first_line: end - part.length + 1,
				total_lines: lines.length,
			});
		}
		return { run: id, jobs, left_out: fitting.length - shown.length };
	},
});

/** As many of the last lines as fit; of a single line that is longer, its end. */
function lastOf(lines: readonly string[], characters: number): string[] {
	let room = characters;
	const from = lines.findLastIndex((line) => {
		room -= line.length + 1;
		return room < 0;
	});
	const fit = lines.slice(from + 1);
	return fit.length === 0 && lines.length > 0 ? [(lines.at(-1) ?? "").slice(-characters)] : fit;
}

/** Runs a run again. */
export const rerunWorkflow = defineTool({
	name: "rerun_workflow",
	title: "Rerun workflow",
	description: "Runs a workflow run again: its failed jobs, or all.",
	effect: "outbound",
	input: z.object({
		repository: repositoryField,
		run: number.optional().describe("A run's id; the newest that failed by default"),
		failed_only: z.boolean().default(true),
	}),
	output: z.object({ run: z.number().int(), asked: z.literal(true) }),
	voice: {
		en: {
			sentences: [
				"(rerun|run again|retry|restart|repeat) [the] [failed jobs of] [workflow] run [number] {run} (in|of|on) {repository}",
				"(rerun|run again|retry|restart|repeat) the [last] [failed] (jobs|build|run|workflow|pipeline|ci|checks) (in|of|on|for) {repository}",
				"try the [failed] (build|pipeline|ci) again (in|of|on|for) {repository}",
			],
			ask: { repository: "In which repository?" },
		},
	},
	async resolve({ repository, run, ...rest }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		return { ...rest, repository: name, run: run ?? (await newestRun(github, at, "failure")) };
	},
	summary: ({ repository, run, failed_only }) =>
		`Run ${failed_only ? "the failed jobs" : "all jobs"} of ${run === undefined ? "the newest failed run" : `run ${run}`} of ${repository} again`,
	say: () => "It runs again.",
	async run({ repository, run: given, failed_only }, adapters: GithubAdapters, context) {
		const { github, at } = await open(repository, adapters, context);
		const run = given ?? (await newestRun(github, at, "failure"));
		const { actions } = github.rest;
		await ask<unknown>(
			`the run ${run}`,
			failed_only
				? actions.reRunWorkflowFailedJobs({ ...at, run_id: run })
				: actions.reRunWorkflow({ ...at, run_id: run }),
		);
		return { run, asked: true as const };
	},
});

/** Stops a run. */
export const cancelWorkflowRun = defineTool({
	name: "cancel_workflow_run",
	title: "Cancel workflow run",
	description: "Cancels a workflow run that is queued or in progress.",
	effect: "outbound",
	idempotent: true,
	input: z.object({
		repository: repositoryField,
		run: number.optional().describe("A run's id; the newest in progress by default"),
	}),
	output: z.object({ run: z.number().int(), asked: z.literal(true) }),
	voice: {
		en: {
			sentences: [
				"(cancel|stop) [the] [workflow] run [number] {run} (in|of|on) {repository}",
				"(cancel|stop|abort|kill) the [running|current] (build|ci|pipeline|workflow) (in|of|on|for) {repository}",
			],
			ask: { repository: "In which repository?" },
		},
	},
	async resolve({ repository, run, ...rest }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		return { ...rest, repository: name, run: run ?? (await newestRun(github, at, "in_progress")) };
	},
	summary: ({ repository, run }) =>
		`Cancel ${run === undefined ? "the run in progress" : `run ${run}`} of ${repository}`,
	say: () => "The run is being cancelled.",
	async run({ repository, run: given }, adapters: GithubAdapters, context) {
		const { github, at } = await open(repository, adapters, context);
		const run = given ?? (await newestRun(github, at, "in_progress"));
		await ask<unknown>(`the run ${run}`, github.rest.actions.cancelWorkflowRun({ ...at, run_id: run }));
		return { run, asked: true as const };
	},
});

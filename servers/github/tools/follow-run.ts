import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import {
	ending,
	endingAfter,
	lasting,
	lookFields,
	looking,
	lookingAfter,
	workIdField,
} from "../../../core/work/index.ts";
import type { GithubAdapters } from "../adapters/index.ts";
import { ask, number, open, repositoryField } from "./shared.ts";
import { newestRun, runSchema, toRun } from "./workflow-shape.ts";

/** How often a run is looked at, and after how long less often. */
const oftenMs = 3_000;
const seldomMs = 20_000;
const patienceMs = 120_000;

/** GitHub stops a job of its own machines after so long. */
const longestMs = 6 * 3_600_000;

/** Times in a row that GitHub may have no answer before following is given up, once it had one. */
const mostMisses = 10;
const passing = new Set(["unavailable", "upstream_failed", "rate_limited"]);

const follow = defineTool({
	name: "follow_workflow_run",
	title: "Follow workflow run",
	description: "Waits for the end of a workflow run, however long it takes, and tells how it ended.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		repository: repositoryField,
		run: number.optional().describe("A run's id; the newest by default"),
	}),
	output: z.object({ run: runSchema, failed_jobs: z.array(z.string()) }),
	voice: {
		en: {
			sentences: [
				"(follow|watch) the (build|ci|pipeline|workflow) [run] (in|of|on|for) {repository}",
				"(tell me|let me know) when the (build|ci|pipeline|workflow) [run] (in|of|on|for) {repository} is (done|finished|over|through)",
				"(tell me|let me know) when the (build|ci|pipeline|workflow) [run] (in|of|on|for) {repository} (finishes|ends|has finished|has ended)",
				"(tell me|let me know) when the (build|ci|pipeline|workflow) [run] (finishes|ends|is done|is finished|is through) (in|of|on|for) {repository}",
			],
			ask: { repository: "In which repository?" },
		},
	},
	timeoutMs: longestMs,
	summary: ({ repository }) => `Follow the workflow run of ${repository}`,
	say: ({ run, failed_jobs: [failed] }) =>
		`${run.name} on ${run.branch} ended: ${run.conclusion}${failed === undefined ? "" : `, ${failed} failed`}.`,
	async run({ repository, run: given }, adapters: GithubAdapters, context) {
		const { github, at } = await open(repository, adapters, context);
		const id = given ?? (await newestRun(github, at));
		const { actions } = github.rest;
		const began = performance.now();
		for (let misses = mostMisses; ; ) {
			const run = await ask(`the run ${id}`, actions.getWorkflowRun({ ...at, run_id: id })).catch((error: unknown) => {
				misses += 1;
				if (passing.has(AiosError.from(error).code) && misses < mostMisses) return undefined;
				throw error;
			});
			if (run?.status === "completed") {
				const { jobs } = await ask(
					`the run ${id}`,
					actions.listJobsForWorkflowRun({ ...at, run_id: id, per_page: 100 }),
				);
				const failed = jobs.filter(({ conclusion }) => conclusion === "failure").map(({ name }) => name);
				return { run: toRun(run), failed_jobs: failed };
			}
			if (run !== undefined) {
				misses = 0;
				context.progress({ progress: 0, message: `${run.name ?? "The run"} on ${run.head_branch}: ${run.status}` });
			}
			const ms = performance.now() - began < patienceMs ? oftenMs : seldomMs;
			await pause(ms, undefined, { signal: context.signal });
		}
	},
});

/** Waits for the end of a workflow run. */
export const followWorkflowRun = lasting(follow, {
	still: "It is still running",
	over: "The workflow is through",
	broke: "I can no longer follow the workflow",
});

const idField = workIdField("f", "follow_workflow_run");

/** How a run goes that is followed. */
export const followStatus = defineTool({
	...looking,
	name: "follow_status",
	title: "Followed run",
	description: "How a workflow run goes that is followed, waiting for its end for as long as is asked for.",
	outside: true,
	input: z.object({ id: idField, ...lookFields }),
	stateful: true,
	voice: {
		en: {
			sentences: ["(is|has) the workflow [run] (done|finished|through|ended) [yet]"],
			followUps: lookingAfter("follow_workflow_run"),
		},
	},
});

/** Ends the following; the run goes on. */
export const stopFollowing = defineTool({
	...ending,
	name: "stop_following",
	title: "Stop following",
	description: "Follows a workflow run no longer. The run itself goes on; cancel_workflow_run ends that.",
	outside: true,
	input: z.object({ id: idField }),
	stateful: true,
	voice: {
		en: {
			sentences: ["stop (following|watching) the (build|ci|pipeline|workflow) [run]"],
			followUps: endingAfter("follow_workflow_run"),
		},
	},
	say: ({ status }) => (status === "done" ? "It had ended already." : "I no longer follow it."),
});

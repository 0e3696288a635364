import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import type { GitHub, GithubAdapters, RepositoryName } from "../adapters/index.ts";
import { ask, askPage, named, nextPage, open, pageFields, refName, repositoryField, sayListed } from "./shared.ts";
import { findWorkflow, runSchema, toRun } from "./workflow-shape.ts";

/** The workflows of a repository. */
export const listWorkflows = defineTool({
	name: "list_workflows",
	title: "List workflows",
	description: "The GitHub Actions workflows of a repository.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({ repository: repositoryField, ...pageFields }),
	output: z.object({
		workflows: z.array(z.object({ id: z.number().int(), name: z.string(), path: z.string(), state: z.string() })),
		...nextPage,
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the|all] workflows (in|of|on|for) {repository}",
				"(what|which) workflows (are there|are|exist) (in|of|on|for) {repository}",
				"which workflows does {repository} have",
			],
			ask: { repository: "Of which repository?" },
		},
	},
	say: ({ workflows, next_page }, { page }) =>
		workflows.length === 0
			? "There are no workflows."
			: `${sayListed(workflows.length, { page, next_page }, "workflow")}: ${workflows
					.slice(0, 4)
					.map(({ name }) => name)
					.join(", ")}.`,
	async run({ repository, limit, page }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const { data, next } = await askPage(
			`the repository ${name}`,
			page,
			github.rest.actions.listRepoWorkflows({ ...at, per_page: limit, page }),
		);
		const workflows = data.workflows.map(({ id, name: title, path, state }) => ({ id, name: title, path, state }));
		return { workflows, ...next };
	},
});

/** How often a run that was started is looked for, and for how long; how often and long it is followed. */
const pollMs = 1_000;
const appearMs = 15_000;
const followMs = 5_000;
const followedMs = 30_000;

/** Starts a workflow and finds the run that came of it. */
export const runWorkflow = defineTool({
	name: "run_workflow",
	title: "Run workflow",
	description:
		"Starts a workflow that can be started by hand, and gives the run that came of it. With `follow` it waits up to 30 s for its end; follow_workflow_run waits for longer.",
	effect: "outbound",
	outside: true,
	input: z.object({
		repository: repositoryField,
		workflow: slot("name", z.string().min(1).max(300)).describe("Its file name, id, or its name"),
		ref: slot("name", refName).optional().describe("Branch or tag; the default branch by default"),
		inputs: z.record(z.string().max(100), z.string().max(10_000)).default({}),
		follow: z.boolean().default(false),
	}),
	output: z.object({ run: runSchema.optional().describe("Absent where GitHub has not shown it within 15 s") }),
	voice: {
		en: {
			sentences: [
				"(run|start|trigger) [the] workflow {workflow} (in|of|on|for) {repository} [on [branch] {ref}]",
				"(run|start|trigger) [the] {workflow} workflow (in|of|on|for) {repository} [on [branch] {ref}]",
			],
			ask: { workflow: "Which workflow?", repository: "In which repository?" },
		},
	},
	timeoutMs: 58_000,
	resolve: (input, adapters: GithubAdapters, context) => named(input, adapters, context),
	summary: ({ repository, workflow, ref, inputs }) =>
		`Run the workflow ${workflow} of ${repository}${ref === undefined ? "" : ` on ${ref}`}${Object.keys(inputs).length === 0 ? "" : ` with ${JSON.stringify(inputs)}`}`,
	say: ({ run }) =>
		run === undefined
			? "The workflow is started."
			: run.conclusion === null
				? `${run.name} is ${run.status.replace("_", " ")}.`
				: `${run.name} ended: ${run.conclusion}.`,
	async run({ repository, workflow, ref, inputs, follow }, adapters: GithubAdapters, context) {
		const { github, at, name } = await open(repository, adapters, context);
		const id = await findWorkflow(github, at, workflow);
		const branch = ref ?? (await ask(`the repository ${name}`, github.rest.repos.get(at))).default_branch;
		const before = new Set((await newestRuns(github, at, id)).map((run) => run.id));
		await ask(
			`the workflow ${workflow}`,
			github.rest.actions.createWorkflowDispatch({ ...at, workflow_id: id, ref: branch, inputs }),
		);
		const started = await until(appearMs, pollMs, context.signal, async () =>
			(await newestRuns(github, at, id)).find((run) => !before.has(run.id)),
		);
		if (started === undefined) return {};
		if (!follow) return { run: toRun(started) };
		const finished = await until(followedMs, followMs, context.signal, async () => {
			const run = await ask(`the run ${started.id}`, github.rest.actions.getWorkflowRun({ ...at, run_id: started.id }));
			context.progress({ progress: 0, message: `${run.name ?? workflow}: ${run.status ?? ""}` });
			return run.status === "completed" ? run : undefined;
		});
		return { run: toRun(finished ?? started) };
	},
});

async function newestRuns(github: GitHub, at: RepositoryName, workflow: number) {
	const found = await ask(
		`the workflow ${workflow}`,
		github.rest.actions.listWorkflowRuns({ ...at, workflow_id: workflow, per_page: 20 }),
	);
	return found.workflow_runs;
}

/** Asks again and again until there is an answer, the time is over, or the caller gave up. */
async function until<T>(
	ms: number,
	every: number,
	signal: AbortSignal,
	look: () => Promise<T | undefined>,
): Promise<T | undefined> {
	const end = performance.now() + ms;
	for (;;) {
		signal.throwIfAborted();
		const found = await look();
		if (found !== undefined || performance.now() + every > end) return found;
		await Bun.sleep(every);
	}
}

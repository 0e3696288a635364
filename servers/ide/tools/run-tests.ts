import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import { printable } from "../../../core/text/index.ts";
import { isRunning, type Work, waitFor, waitMs } from "../../../core/work/index.ts";
import { execute, type IdeAdapters, inspectProject, summariseTests, type TestRun } from "../adapters/index.ts";
import { count, repositoryField } from "./shared.ts";

/** The end of a test run's output that an answer carries. */
const tailCharacters = 20_000;

const runSchema = z.object({
	id: z.string().describe("For test_status and stop_tests"),
	repository: z.string(),
	status: z.enum(["running", "done", "failed"]).describe("failed: they could not be run at all"),
	runner: z.string().optional(),
	ok: z.boolean().optional(),
	passed: z.number().int().optional(),
	failed: z.number().int().optional(),
	skipped: z.number().int().optional(),
	failures: z.array(z.string()),
	output_tail: z.string().describe("The end of the output; the last line so far while they run"),
	error: z.string().optional(),
});
const idField = z
	.string()
	.regex(/^t\d{1,9}$/, 'expected an id from run_tests, as in "t1"')
	.optional()
	.describe("The last one where it is left out");
const waitField = (usual: number) =>
	z.number().int().min(0).max(waitMs).default(usual).describe("Milliseconds to wait for their end");

/** Runs the tests the way the project itself does. */
export const runTests = defineTool({
	name: "run_tests",
	title: "Run tests",
	description:
		"Runs a project's own tests (npm, vitest, jest, pytest, cargo, go, make) and summarises them; a long run goes on behind the answer.",
	effect: "write",
	stateful: true,
	input: z.object({
		repository: repositoryField,
		filter: z
			.array(z.string().min(1).max(1000).regex(/^[^-]/, "no options"))
			.max(20)
			.default([])
			.describe("Words passed on to the test runner: files or names"),
		wait_ms: waitField(waitMs),
	}),
	output: runSchema,
	voice: {
		en: {
			sentences: [
				"(run|execute|start) [the|all|my] [unit] tests [of|in|for] [{repository}]",
				"(do|are) [the|all|my] tests (pass|passing) [in {repository}]",
				"test [the] [project|repository] {repository}",
			],
			examples: ["is the build green", "check whether the tests still pass"],
		},
	},
	timeoutMs: 58_000,
	say: sayRun,
	async run(
		{ repository, filter, wait_ms },
		{ repositories, tests: runs, env }: IdeAdapters,
		{ user, signal, progress },
	) {
		const { root } = await repositories.open(repository, signal);
		const { tests } = await inspectProject(root);
		if (tests === undefined) {
			throw new AiosError("unsupported", "This project names no way to run its tests.", {
				fix: 'Give it a "test" script, a pytest, cargo or go project file, or a Makefile.',
			});
		}
		const passOn = tests.argv[0] === "npm" && filter.length > 0 ? ["--", ...filter] : filter;
		const work = runs.start(user.id, root, async (update, stop) => {
			let lines = 0;
			const onLine = (line: string) => update({ progress: ++lines, message: printable(line).slice(0, 200) });
			const runner = { ...tests, argv: [...tests.argv, ...passOn] };
			const { code, output } = await execute(runner, { cwd: root, env, signal: stop, onLine });
			return { runner: tests.name, code, output, summary: summariseTests(output) };
		});
		work.onProgress = progress;
		await waitFor(work, wait_ms, signal);
		work.onProgress = undefined;
		if (signal.aborted) {
			work.cancel();
			await work.ended;
		}
		if (work.error !== undefined) throw work.error;
		return report(work);
	},
});

/** How a test run goes that takes longer than a call may. */
export const testStatus = defineTool({
	name: "test_status",
	title: "Test status",
	description: "How a run of a project's tests goes, waiting for its end for as long as is asked for.",
	effect: "read",
	role: "user",
	stateful: true,
	input: z.object({ id: idField, wait_ms: waitField(0) }),
	output: runSchema,
	voice: {
		en: {
			sentences: ["(are|have) the tests (done|finished|through|ready) [yet]", "how are the tests [going]"],
		},
	},
	timeoutMs: 58_000,
	say: sayRun,
	async run({ id, wait_ms }, { tests }: IdeAdapters, { user, signal }) {
		const work = tests.get(user.id, id);
		await waitFor(work, wait_ms, signal);
		return report(work);
	},
});

/** Ends a test run with all it started. */
export const stopTests = defineTool({
	name: "stop_tests",
	title: "Stop tests",
	description: "Stops a run of a project's tests, with everything it started.",
	effect: "write",
	harmless: true,
	idempotent: true,
	stateful: true,
	input: z.object({ id: idField }),
	output: runSchema,
	voice: { en: { sentences: ["(cancel|stop|abort) the tests"], examples: ["stop testing"] } },
	say: ({ status }) => (status === "done" ? "They were through already." : "Stopped the tests."),
	async run({ id }, { tests }: IdeAdapters, { user, signal }) {
		const work = tests.get(user.id, id);
		work.cancel();
		await waitFor(work, 5_000, signal);
		return report(work);
	},
});

function report(work: Work<TestRun>): z.output<typeof runSchema> {
	const { id, source, progress, result, error } = work;
	return {
		id,
		repository: source,
		status: isRunning(work) ? "running" : result === undefined ? "failed" : "done",
		...(result === undefined ? {} : { runner: result.runner, ok: result.code === 0, ...result.summary }),
		failures: result?.summary?.failures ?? [],
		output_tail: result === undefined ? (progress.message ?? "") : printable(result.output).slice(-tailCharacters),
		...(error === undefined ? {} : { error: error.message }),
	};
}

function sayRun({ status, error, ok, passed, failed, failures, runner }: z.output<typeof runSchema>): string {
	if (status === "running") return "The tests are still running.";
	if (status === "failed") return error ?? "The tests could not be run.";
	if (passed === undefined || failed === undefined)
		return ok ? `${runner} ran through.` : `${runner} failed. The output is on the page.`;
	if (failed > 0)
		return `${count(failed, "test")} failed and ${passed} passed${failures[0] === undefined ? "" : `. The first to fail: ${failures[0]}`}.`;
	return ok
		? `All ${count(passed, "test")} passed.`
		: `${count(passed, "test")} passed, but ${runner} failed. The output is on the page.`;
}

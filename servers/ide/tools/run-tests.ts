import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import { printable, sayCount } from "../../../core/text/index.ts";
import { lasting } from "../../../core/work/index.ts";
import { execute, type IdeAdapters, inspectProject, summariseTests } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

const run = defineTool({
	name: "run_tests",
	title: "Run tests",
	description:
		"Runs a project's own tests (npm, vitest, jest, pytest, cargo, go, make) and summarises them; a long run goes on behind the answer.",
	effect: "write",
	input: z.object({
		repository: repositoryField,
		filter: z
			.array(z.string().min(1).max(1000).regex(/^[^-]/, "no options"))
			.max(20)
			.default([])
			.describe("Words passed on to the test runner: files or names"),
	}),
	output: z.object({
		repository: z.string(),
		runner: z.string(),
		ok: z.boolean(),
		passed: z.number().int().optional(),
		failed: z.number().int().optional(),
		skipped: z.number().int().optional(),
		failures: z.array(z.string()),
	}),
	voice: {
		en: {
			sentences: [
				"(run|execute|start) [the|all|my] [unit] tests [of|in|for] [{repository}]",
				"(do|are) [the|all|my] tests (pass|passing) [in {repository}]",
				"test [the] (project|repository) {repository}",
				"test (my|the|this) (project|repository|code)",
				"(check|see) (if|whether) [the|all|my] tests (pass|still pass|are passing|run) [in {repository}]",
				"(is|are) [the|all|my] tests (green|passing|okay) [in {repository}]",
			],
			examples: ["is the build green", "check whether the tests still pass"],
		},
	},
	timeoutMs: 3_600_000,
	summary: ({ repository }) => `Run the tests of ${repository ?? "the usual repository"}`,
	say({ ok, passed, failed, failures, runner }) {
		if (passed === undefined || failed === undefined)
			return ok ? `${runner} ran through.` : `${runner} failed. The output is on the page.`;
		if (failed > 0)
			return `${sayCount(failed, "test")} failed and ${passed} passed${failures[0] === undefined ? "" : `. The first to fail: ${failures[0]}`}.`;
		return ok
			? `All ${sayCount(passed, "test")} passed.`
			: `${sayCount(passed, "test")} passed, but ${runner} failed. The output is on the page.`;
	},
	async run({ repository, filter }, { repositories, env }: IdeAdapters, { signal, progress, write }) {
		const { root } = await repositories.open(repository, signal);
		const { tests } = await inspectProject(root);
		if (tests === undefined) {
			throw new AiosError("unsupported", "This project names no way to run its tests.", {
				fix: 'Give it a "test" script, a pytest, cargo or go project file, or a Makefile.',
			});
		}
		const passOn = tests.argv[0] === "npm" && filter.length > 0 ? ["--", ...filter] : filter;
		const runner = { ...tests, argv: [...tests.argv, ...passOn] };
		let lines = 0;
		const onText = (text: string) => {
			write?.(text);
			lines += text.split("\n").length - 1;
			const line = text.trimEnd().split("\n").at(-1) ?? "";
			if (line !== "") progress({ progress: lines, message: printable(line).slice(0, 200) });
		};
		const { code, output } = await execute(runner, { cwd: root, env, signal, onText });
		return { repository: root, runner: tests.name, ok: code === 0, failures: [], ...summariseTests(output) };
	},
});

/** Runs the tests the way the project itself does. */
export const runTests = lasting(run, {
	still: "The tests are still running",
	over: "The tests are through",
	broke: "The tests could not be run",
});

import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { ending, endingAfter, lookFields, looking, lookingAfter, workIdField } from "../../../core/work/index.ts";

/** The tools that begin such work. */
const beginners = ["run_tests", "list_diagnostics", "format_code", "git_commit", "git_command"] as const;

/** Which work is meant, where it is not said by its handle. */
const which = {
	id: workIdField("w", "run_tests"),
	tool: z.enum(beginners).optional().describe("The last work that tool began"),
};

/** How work in a project goes that takes longer than a call may, and what it printed. */
export const workStatus = defineTool({
	...looking,
	name: "work_status",
	title: "Work status",
	description:
		"How tests, a check, formatting, a commit or a git command go that were still running when they answered: waits for the end for as long as is asked for, gives the result, and reads on in what was printed.",
	input: z.object({ ...which, ...lookFields }),
	stateful: true,
	voice: {
		en: {
			sentences: [],
			followUps: beginners.flatMap((tool) => lookingAfter(tool, { tool })),
			fixed: [
				{
					text: "(are|have) the tests (done|finished|through|ready|passed) [yet]",
					values: { tool: "run_tests" },
				},
				{ text: "how are the tests [going|doing]", values: { tool: "run_tests" } },
				{ text: "(show|read) [me] the test (results|output)", values: { tool: "run_tests" } },
				{
					text: "(is|has) the [code] check (done|finished|through|ready) [yet]",
					values: { tool: "list_diagnostics" },
				},
				{ text: "(is|has) the formatting (done|finished|through|ready) [yet]", values: { tool: "format_code" } },
				{ text: "(is|has) the commit (done|finished|through|ready) [yet]", values: { tool: "git_commit" } },
				{
					text: "(is|has) (git|the push|the pull) (done|finished|through|ready) [yet]",
					values: { tool: "git_command" },
				},
			],
		},
	},
});

/** Ends work in a project with everything it started. */
export const stopWork = defineTool({
	...ending,
	name: "stop_work",
	title: "Stop work",
	description:
		"Stops tests, a check, formatting, a commit or a git command that are running, with everything they started.",
	input: z.object(which),
	stateful: true,
	voice: {
		en: {
			sentences: [],
			followUps: beginners.flatMap((tool) => endingAfter(tool, { tool })),
			fixed: [
				{ text: "(cancel|stop|abort) [running] the tests", values: { tool: "run_tests" } },
				{ text: "(cancel|stop|abort) the [code] check", values: { tool: "list_diagnostics" } },
				{ text: "(cancel|stop|abort) (the formatting|formatting)", values: { tool: "format_code" } },
				{ text: "(cancel|stop|abort) the commit", values: { tool: "git_commit" } },
				{ text: "(cancel|stop|abort) (git|the push|the pull)", values: { tool: "git_command" } },
			],
			examples: ["stop testing"],
		},
	},
});

import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { lookField, lookingAfter } from "../../../core/work/index.ts";
import type { PythonAdapters } from "../adapters/index.ts";
import { answerCharacters, executionSchema, findExecution, report, sayExecution, settle } from "./execution.ts";

/** Looks at running code, or reads on in long output. */
export const readExecution = defineTool({
	name: "read_execution",
	title: "Read Python output",
	description: "Waits for running code, or reads more of the output of code that was run before.",
	effect: "read",
	role: "user",
	input: z.object({
		execution: z.string().max(100).optional().describe("From execute_code; the newest by default"),
		stream: z.enum(["stdout", "stderr"]).default("stdout"),
		offset: z.number().int().min(0).default(0),
		wait_ms: lookField,
	}),
	output: executionSchema,
	voice: {
		en: {
			sentences: [
				"is (the|my) [python] (code|program|script) [still] (running|done|finished|through) [yet]",
				"(is|has) python [still] (done|finished|through|ready|running) [yet]",
				"(what did|show me what) [the|my] [python] (code|python|program|script) (print|printed|say|output)",
				"how is (the|my) [python] (code|program|script) (going|doing)",
			],
			followUps: lookingAfter("execute_code"),
		},
	},
	timeoutMs: 50_000,
	say: (output) => sayExecution(output),
	attachments: ({ images }) => images,
	async run({ execution: id, stream, offset, wait_ms }, { parts }: PythonAdapters, { signal, user }) {
		const { sessions } = await parts();
		const { execution, name } = findExecution(sessions, user.id, id);
		if (wait_ms > 0 && execution.status === "running") {
			// Giving up looking must not stop what is being looked at.
			const gone = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
			await Promise.race([settle(execution, new AbortController().signal, wait_ms), gone]);
		}
		const whole = report(execution, name);
		return {
			...whole,
			[stream]: { ...execution[stream].read(offset, answerCharacters), total: execution[stream].length },
		};
	},
});

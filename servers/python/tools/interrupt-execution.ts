import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { endingAfter } from "../../../core/work/index.ts";
import type { PythonAdapters } from "../adapters/index.ts";
import { executionSchema, findExecution, report, sayExecution, settle } from "./execution.ts";

/** Stops running code, as Ctrl-C does; what does not stop loses its session. */
export const interruptExecution = defineTool({
	name: "interrupt_execution",
	title: "Stop Python",
	description: "Interrupts running code. The session keeps its variables unless the code refuses to stop.",
	effect: "write",
	harmless: true,
	idempotent: true,
	input: z.object({ execution: z.string().max(100).optional().describe("The newest by default") }),
	output: executionSchema.extend({ interrupted: z.boolean().describe("False: it was through already") }),
	voice: {
		en: {
			sentences: [
				"(stop|interrupt|cancel|abort|kill) [the|my|that|this] [running] (python|code|python code|python program|python script)",
				"stop running [the] (python|code)",
			],
			followUps: endingAfter("execute_code"),
		},
	},
	say: ({ interrupted, ...output }) => (interrupted ? sayExecution(output) : "No code is running."),
	async run({ execution: id }, { parts }: PythonAdapters, { user, signal }) {
		const { sessions } = await parts();
		const { execution, name } = findExecution(sessions, user.id, id);
		const interrupted = execution.status === "running";
		if (interrupted) {
			execution.interrupt();
			await settle(execution, signal, 10_000);
		}
		return { ...report(execution, name), interrupted };
	},
});

import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { lookField, lookingAfter } from "../../../core/work/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { answerCharacters, commandId, commandSchema, ended, report, sayCommand } from "./command-report.ts";

/** Looks at a command: new output, whether it still runs, or more of what was cut. */
export const readOutput = defineTool({
	name: "read_output",
	title: "Read output",
	description: "Reads the output of a command from an offset, waiting up to wait_ms for it to end.",
	effect: "read",
	role: "user",
	stateful: true,
	input: z.object({
		id: commandId,
		stdout_offset: z.number().int().min(0).default(0),
		stderr_offset: z.number().int().min(0).default(0),
		limit: z.number().int().min(1).max(200_000).default(answerCharacters),
		wait_ms: lookField,
	}),
	output: commandSchema,
	voice: {
		en: {
			sentences: [
				"(show|read) [me] [the] output of [the] command {id}",
				"(show|read|tell|give) [me] [the] output of (the|my|that|this) [last] command",
				"(is|has) (the|my|that) command [still] (running|done|finished|through|over) [yet]",
				"what did (the|my|that) [last] command (print|say|output|give|return)",
				"how is (the|my|that) command (going|doing)",
			],
			followUps: lookingAfter("execute_command"),
		},
	},
	timeoutMs: 50_000,
	say: (output) => sayCommand(output),
	async run({ id, stdout_offset, stderr_offset, limit, wait_ms }, { commands }: SystemAdapters, { user, signal }) {
		const command = commands.get(user.id, id);
		if (wait_ms > 0) await ended(command, wait_ms, signal);
		return report(command, { stdout: stdout_offset, stderr: stderr_offset }, limit);
	},
});

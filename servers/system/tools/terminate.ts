import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { endingAfter } from "../../../core/work/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { commandId, commandSchema, ended, report, sayCommand } from "./command-report.ts";

/** Stops a command that was started here, and all it started. */
export const terminate = defineTool({
	name: "terminate",
	title: "Stop command",
	description: "Stops a command started with execute_command, with everything it started.",
	effect: "write",
	idempotent: true,
	stateful: true,
	input: z.object({ id: commandId }),
	output: commandSchema,
	voice: {
		en: {
			sentences: [
				"(stop|terminate|cancel|kill|end|abort) [the] command {id}",
				"(stop|terminate|cancel|kill|end|abort) (the|my|that|this) [running|last] command",
			],
			followUps: endingAfter("execute_command"),
		},
	},
	say: (output) => sayCommand(output),
	async run({ id }, { commands }: SystemAdapters, { user, signal }) {
		const command = commands.get(user.id, id);
		commands.terminate(command);
		await ended(command, 5_000, signal);
		return report(command);
	},
});

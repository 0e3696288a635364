import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { commandId, commandSchema, report } from "./command-report.ts";

/** Types into a running command. */
export const writeInput = defineTool({
	name: "write_input",
	title: "Write input",
	description: "Sends text to the standard input of a running command; `end` closes it.",
	effect: "destructive",
	stateful: true,
	input: z.object({
		id: commandId,
		text: slot("text", z.string().max(1_000_000)).default(""),
		newline: z.boolean().default(true).describe("Append a line break"),
		end: z.boolean().default(false),
	}),
	output: commandSchema,
	voice: {
		en: {
			sentences: [
				"(type|send|write) {text} (to|into) [the] command {id}",
				"(type|send|write) {text} (to|into) (the|my) [running] command",
			],
		},
	},
	resolve: (input, { commands }: SystemAdapters, { user }) => ({ ...input, id: commands.get(user.id, input.id).id }),
	summary: ({ text, id }) => `Type ${text} into the command ${id ?? "that runs"}`,
	say: () => "Sent.",
	run({ id, text, newline, end }, { commands }: SystemAdapters, { user }) {
		const command = commands.get(user.id, id);
		commands.write(command, text === "" && end ? "" : newline ? `${text}\n` : text, end);
		return report(command, { stdout: command.stdout.length, stderr: command.stderr.length });
	},
});

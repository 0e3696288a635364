import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { patienceOf } from "../../../core/work/index.ts";
import { type SystemAdapters, shellCommand, splitCommand } from "../adapters/index.ts";
import { commandSchema, ended, report, sayCommand, tellOutput } from "./command-report.ts";

/** Runs a program, by its words and without a shell; with a shell only when that is asked for. */
export const executeCommand = defineTool({
	name: "execute_command",
	title: "Run command",
	description:
		"Runs a command and gives its output. No shell reads it unless `shell` is true. What runs longer than 45 s, or in the background, gives an id to go on with.",
	effect: "destructive",
	stateful: true,
	input: z.object({
		command: slot("command", z.string().trim().min(1).max(100_000)),
		cwd: slot("path", z.string().min(1).max(4096))
			.optional()
			.describe("Folder to run in; the first allowed folder by default"),
		timeout_ms: z
			.number()
			.int()
			.min(100)
			.max(86_400_000)
			.optional()
			.describe("10 minutes by default, a day in the background"),
		background: z.boolean().default(false).describe("Give the id at once"),
		shell: z.boolean().default(false).describe("Have a shell read the command: pipes, variables, patterns"),
	}),
	output: commandSchema,
	voice: {
		en: {
			sentences: [
				"(run|execute|start) [the] [shell|terminal] command {command}",
				"(run|execute) {command!}",
				"(run|execute|start|type) {command} (in|on|from) [the] (terminal|command line|shell|console)",
			],
			fixed: [
				{ text: "(run|execute|start) [the] command {command} in [the] background", values: { background: true } },
				{ text: "(run|execute|start) [a] {command} in [the] background", values: { background: true } },
			],
			examples: ["execute a shell command", "run this in the terminal"],
			ask: { command: "Which command?" },
		},
	},
	timeoutMs: 50_000,
	summary: ({ command, shell, cwd }) =>
		`Run ${shell ? `in a shell: ${command}` : splitOrRaw(command)}${cwd === undefined ? "" : `, in ${cwd}`}`,
	say: (output) => sayCommand(output),
	async run(
		{ command: line, cwd, timeout_ms, background, shell },
		{ commands, folders, announce }: SystemAdapters,
		context,
	) {
		const argv = shell ? shellCommand(line) : splitCommand(line);
		const command = commands.start({
			owner: context.user.id,
			argv,
			cwd: await folders.resolve(cwd ?? "."),
			timeoutMs: timeout_ms ?? (background ? 86_400_000 : 600_000),
		});
		if (background) return report(command);
		context.progress({ progress: 0, message: `Running ${argv[0]}` });
		const stopTelling = tellOutput(command, context.progress);
		await ended(command, patienceOf(context), context.signal).finally(stopTelling);
		if (context.signal.aborted) commands.terminate(command);
		const told = command.status === "running" && context.words === true && announce !== undefined;
		if (told) {
			void command.ended.then(() => {
				if (command.status === "terminated") return;
				announce({ text: sayCommand(report(command)), kind: "notice", userId: context.user.id });
			});
		}
		return { ...report(command), told };
	},
});

/** The words apart, so that what is confirmed is what runs. */
function splitOrRaw(line: string): string {
	try {
		return splitCommand(line)
			.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word)))
			.join(" ");
	} catch {
		return line;
	}
}

import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { capital, sayCount, sayDuration, sayList } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { commandSchema } from "./command-report.ts";

/** Commands named aloud; the page shows all. */
const mostSaid = 3;

/** Which commands were started here, and which of them still run. */
export const listCommands = defineTool({
	name: "list_commands",
	title: "List commands",
	description: "The commands started with execute_command that still run; with `ended` also those that are over.",
	effect: "read",
	role: "user",
	stateful: true,
	input: z.object({ ended: z.boolean().default(false).describe("Also those that are over") }),
	output: z.object({
		commands: z.array(
			z.object({
				...commandSchema.pick({ id: true, argv: true, status: true, exit_code: true }).shape,
				started: z.string().describe("ISO 8601"),
				seconds: z.number().int().describe("Since it was started"),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [all] [the|my] (running|active|background) commands",
				"(what|which|how many) commands (are|do i have) [still] running [in the background]",
				"what is still running [in the background]",
				"what is running in the background",
				"(is|are) (anything|any commands|any command) [still] running [in the background]",
			],
			fixed: [{ text: "(list|show) [me] [all] [the|my] (last|recent) commands", values: { ended: true } }],
		},
	},
	say({ commands }, { ended }) {
		if (commands.length === 0) return ended ? "No command was run yet." : "No command is running.";
		const [first] = commands;
		if (commands.length === 1 && first?.status === "running") {
			return `One command is running: ${first.argv[0]}, for ${sayDuration(Math.max(1, first.seconds))}.`;
		}
		const names = commands.slice(0, mostSaid).map(({ argv }) => String(argv[0]));
		const rest = commands.length > mostSaid ? ` and ${commands.length - mostSaid} more` : "";
		const named = rest === "" ? sayList(names) : `${names.join(", ")}${rest}`;
		const count = capital(sayCount(commands.length, "command"));
		return ended ? `${count}, the newest first: ${named}.` : `${count} are running: ${named}.`;
	},
	async run({ ended }, { commands }: SystemAdapters, { user, clock }) {
		const own = commands.of(user.id).filter(({ status }) => ended || status === "running");
		return {
			commands: own.reverse().map(({ id, argv, status, exitCode, started }) => ({
				id,
				argv: [...argv],
				status,
				...(exitCode === undefined ? {} : { exit_code: exitCode }),
				started: started.toISOString(),
				seconds: Math.round((clock.now().getTime() - started.getTime()) / 1000),
			})),
		};
	},
});

import { z } from "zod";
import type { ToolContext } from "../../../core/contract/index.ts";
import { sayRunning } from "../../../core/work/index.ts";
import type { RunningCommand } from "../adapters/index.ts";

/** Characters of each stream an answer carries; the rest is read with read_output. */
export const answerCharacters = 20_000;

/** How often progress tells of output, in milliseconds, and characters of the line it shows at most. */
const tellEveryMs = 1_000;
const lineCharacters = 200;

const streamSchema = z.object({
	text: z.string(),
	total: z.number().int().describe("Characters in all"),
	next: z.number().int().optional().describe("Offset of the rest, for read_output"),
});

export const commandSchema = z.object({
	id: z.string().describe("For read_output, write_input and terminate"),
	argv: z.array(z.string()).describe("The words as they were run"),
	status: z.enum(["running", "exited", "terminated", "timeout", "failed"]),
	exit_code: z.number().int().optional(),
	stdout: streamSchema,
	stderr: streamSchema,
	told: z.boolean().default(false).describe("The person is told aloud when it ends"),
});

/** Input of what goes on with a command. */
export const commandId = z
	.string()
	.min(1)
	.max(100)
	.optional()
	.describe("From execute_command; the newest by default, of those that run where any does");

export type CommandReport = z.output<typeof commandSchema>;

/** What is known of a command now; its streams from `offset`, cut to what an answer carries. */
export function report(
	command: RunningCommand,
	offset = { stdout: 0, stderr: 0 },
	limit = answerCharacters,
): CommandReport {
	return {
		id: command.id,
		argv: [...command.argv],
		status: command.status,
		...(command.exitCode === undefined ? {} : { exit_code: command.exitCode }),
		told: false,
		stdout: { ...command.stdout.read(offset.stdout, limit), total: command.stdout.length },
		stderr: { ...command.stderr.read(offset.stderr, limit), total: command.stderr.length },
	};
}

/** Resolves when the command has ended, after `ms`, or when the caller gives up. */
export async function ended(command: RunningCommand, ms: number, signal: AbortSignal): Promise<void> {
	if (command.status !== "running" || signal.aborted) return;
	let stop: () => void = () => {};
	const over = new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, ms);
		signal.addEventListener("abort", () => resolve(), { once: true });
		stop = () => clearTimeout(timer);
	});
	await Promise.race([command.ended, over]).finally(stop);
}

/** Passes on the last line of what it prints, once a second at most, until the returned function is called. */
export function tellOutput(command: RunningCommand, progress: ToolContext["progress"]): () => void {
	let told = 0;
	const timer = setInterval(() => {
		const total = command.stdout.length + command.stderr.length;
		if (total === told) return;
		told = total;
		const from = command.stdout.length > 0 ? command.stdout : command.stderr;
		const line = from
			.read(Math.max(0, from.length - lineCharacters), lineCharacters)
			.text.trimEnd()
			.split("\n")
			.at(-1);
		progress({ progress: total, message: line ?? "" });
	}, tellEveryMs);
	return () => clearInterval(timer);
}

/** One or two sentences on how it went. */
export function sayCommand({ argv, status, exit_code, stdout, stderr, told }: CommandReport): string {
	const program = argv[0] ?? "The command";
	if (status === "running") return sayRunning(`${program} is running`, { told });
	if (status === "terminated") return `${program} was stopped.`;
	if (status === "timeout") return `${program} took too long, so I stopped it.`;
	if (status === "failed") return `${program} could not be started.`;
	if (exit_code !== 0) {
		// A hint at more help is the last line of many programs, and says nothing of what happened.
		const lines = stderr.text.split("\n").filter((line) => line.trim() !== "" && !/^(Try|See) .*help/.test(line));
		const said = (lines.at(-1) ?? "").trim().slice(0, 200).replace(/\.$/, "");
		return `${program} failed${said === "" ? ` with exit code ${exit_code ?? "unknown"}` : `: ${said}`}.`;
	}
	const said = stdout.text.trim();
	if (said === "") return `${program} is done. It printed nothing.`;
	return said.length <= 200 && !said.includes("\n")
		? `${program} says: ${said}`
		: `${program} is done. The output is on the page.`;
}

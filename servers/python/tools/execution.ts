import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";
import { sayRunning } from "../../../core/work/index.ts";
import type { Execution, Session, Sessions } from "../adapters/index.ts";

/** Characters of each stream an answer carries; the rest is read with read_execution. */
export const answerCharacters = 20_000;

export const sessionName = z
	.string()
	.regex(/^[\p{L}\p{N}_ -]{1,60}$/u, "letters, digits, spaces, _ and - only")
	.default("default")
	.describe("Sessions keep their variables; each name is one");

const streamSchema = z.object({
	text: z.string(),
	total: z.number().int().describe("Characters in all"),
	next: z.number().int().optional().describe("Offset of the rest, for read_execution"),
});

export const executionSchema = z.object({
	execution: z.string(),
	session: z.string(),
	status: z.enum(["running", "done", "failed", "interrupted", "timeout", "crashed"]),
	stdout: streamSchema,
	stderr: streamSchema,
	result: z.string().optional().describe("The value of the last expression"),
	table: z
		.object({ columns: z.array(z.string()), rows: z.array(z.array(z.unknown())), total: z.number().int() })
		.optional(),
	images: z.array(z.object({ mimeType: z.string(), data: z.string() })),
	error: z
		.object({ type: z.string(), message: z.string(), line: z.number().int().optional(), traceback: z.string() })
		.optional(),
	note: z.string().optional(),
	told: z.boolean().default(false).describe("The person is told aloud when it ends"),
});

export type ExecutionReport = z.output<typeof executionSchema>;

const outOfTime = "Its time was over; what it had set so far is kept. timeout_ms gives it more.";

/**
 * What is known of an execution now, its streams cut to what an answer carries. `lost` is why the session began without
 * the variables it had before.
 */
export function report(execution: Execution, session: string, lost?: string): ExecutionReport {
	const { outcome } = execution;
	const error = execution.over === undefined ? outcome?.error : { ...overLimit, message: execution.over };
	const notes = [
		execution.note ?? (execution.status === "timeout" ? outOfTime : undefined),
		lost === undefined ? undefined : `${lost} The session was started anew, so earlier variables were gone.`,
		error === undefined ? undefined : hintFor(error),
	].filter((note) => note !== undefined);
	return {
		execution: execution.id,
		session,
		status: execution.status,
		told: false,
		stdout: { ...execution.stdout.read(0, answerCharacters), total: execution.stdout.length },
		stderr: { ...execution.stderr.read(0, answerCharacters), total: execution.stderr.length },
		...(outcome?.result?.text === undefined ? {} : { result: outcome.result.text }),
		...(outcome?.result?.table === undefined ? {} : { table: outcome.result.table }),
		images: execution.displays.map(({ mimeType, data }) => ({ mimeType, data })),
		...(error === undefined
			? {}
			: {
					error: {
						type: error.type,
						message: error.message,
						traceback: error.traceback,
						...(typeof error.line === "number" ? { line: error.line } : {}),
					},
				}),
		...(notes.length === 0 ? {} : { note: notes.join(" ") }),
	};
}

const overLimit = { type: "OverLimit", traceback: "", line: undefined };

/** What can be done about errors that come of where the code runs, by how they begin. */
const hints: readonly [RegExp, string][] = [
	[/^(OverLimit|\w*MemoryError)\b/, "Work on less at once, or ask an administrator for more: servers.python.memoryMb."],
	[/^ModuleNotFoundError\b/, "install_package brings packages into the session."],
	[/^EOFError: EOF when reading a line/, "Nobody can type into it: give the value in the code."],
	[/name resolution|Network is unreachable/, "There is no network inside a session."],
	[/Read-only file system/, "Only the session's own folder, /tmp and /dev/shm can be written."],
];

function hintFor({ type, message }: { type: string; message: string }): string | undefined {
	return hints.find(([begins]) => begins.test(`${type}: ${message}`))?.[1];
}

/** Waits until it has ended, the wait is over, or the caller gave up, which interrupts it. */
export async function settle(execution: Execution, signal: AbortSignal, ms: number): Promise<void> {
	const abort = () => execution.interrupt();
	if (signal.aborted) abort();
	signal.addEventListener("abort", abort, { once: true });
	let timer: ReturnType<typeof setTimeout> | undefined;
	const over = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([execution.ended, over]);
	clearTimeout(timer);
	signal.removeEventListener("abort", abort);
}

/** How often what is printed is passed on while code runs. */
const streamMs = 250;

/** Passes on the newest line printed while code runs, with the characters printed so far, until the timer is cleared. */
export function streamOutput(
	{ stdout }: Execution,
	tell: (printed: number, line: string) => void,
): ReturnType<typeof setInterval> {
	let seen = 0;
	return setInterval(() => {
		if (stdout.length === seen) return;
		seen = stdout.length;
		const lines = stdout
			.read(Math.max(0, seen - 500), 500)
			.text.trimEnd()
			.split("\n");
		tell(seen, lines.at(-1) ?? "");
	}, streamMs);
}

/** Characters of output or of an error that are read out. */
const longestSpoken = 200;

/** One or two sentences on how it went. */
export function sayExecution({ status, error, result, stdout, table, images, told }: ExecutionReport): string {
	if (status === "running") return sayRunning("It is still running", { told });
	if (status === "timeout") return "It took too long, so I stopped it.";
	if (status === "interrupted") return "Stopped.";
	if (status === "crashed") return `${error?.message ?? "Python crashed."} A new session starts with the next code.`;
	if (error !== undefined) {
		const where = error.line === undefined || error.line === 1 ? "" : ` in line ${error.line}`;
		const [what = ""] = error.message.split("\n");
		if (what === "" || what.length > longestSpoken) return `It failed${where} with ${error.type}.`;
		return `It failed${where} with ${error.type}: ${what}`;
	}
	if (table !== undefined) return `Done. The result is a table of ${table.total} rows; it is on the page.`;
	if (images.length > 0)
		return images.length === 1 ? "Done. The plot is on the page." : "Done. The plots are on the page.";
	const said = (result ?? stdout.text).trim();
	if (said === "") return "Done. It printed nothing.";
	return said.length <= longestSpoken && !said.includes("\n")
		? `The result is ${said}.`
		: "Done. The output is on the page.";
}

/** The execution of that id among a person's sessions, or the newest: one that runs, where any does. Throws `not_found`. */
export function findExecution(
	sessions: Sessions,
	owner: string,
	id: string | undefined,
): { execution: Execution; session: Session; name: string } {
	const all = sessions
		.list(owner)
		.flatMap(({ name, session }) => session.executions.map((execution) => ({ execution, session, name })));
	const newest = (some: typeof all) =>
		some.toSorted((a, b) => a.session.lastUsed.getTime() - b.session.lastUsed.getTime()).at(-1);
	const found =
		id === undefined
			? (newest(all.filter(({ execution }) => execution.status === "running")) ?? newest(all))
			: all.find(({ execution }) => execution.id === id);
	if (found === undefined) {
		throw new AiosError("not_found", id === undefined ? "Nothing has been run yet." : `There is no execution ${id}.`, {
			fix: "The last 20 of each session are kept; list_sessions shows the sessions.",
		});
	}
	return found;
}

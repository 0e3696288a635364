import { z } from "zod";
import type { ToolContext } from "../contract/index.ts";
import { isRunning, type Wanted, type Work } from "./works.ts";

/** Longest that a call waits for work before it answers with a handle: below the minute after which MCP clients give up. */
export const waitMs = 45_000;

/** Deadline of the tools that wait so long; the rest is for beginning and answering. */
export const callMs = 58_000;

/** How long a person who asked in words waits for the answer: whatever they said meanwhile would stop the work. */
const patienceMs = 10_000;

/** How long cancelled work is waited for. */
const stopMs = 5_000;

/** Of a tool that begins work. */
export const waitField = z
	.number()
	.int()
	.min(0)
	.max(waitMs)
	.optional()
	.describe(
		"Milliseconds to wait for its end before answering with a handle. Left out: a while, then it is told aloud",
	);

/** Of a tool that looks at work under way. */
export const lookField = z.number().int().min(0).max(waitMs).default(0).describe("Milliseconds to wait for its end");

/** The id of a work whose kind has that letter, as `from` (a tool's name) gives it. */
export function workIdField(letter: string, from: string) {
	return z
		.string()
		.regex(new RegExp(`^${letter}\\d{1,9}$`), `expected an id from ${from}, as in "${letter}1"`)
		.optional()
		.describe("The last one where it is left out");
}

/** What every answer about work says of it. */
export const workFields = {
	id: z.string().describe("The handle of the work: for looking at it, reading on and stopping it"),
	status: z.enum(["running", "done", "failed"]).describe("failed: it was cancelled or could not be done"),
	told: z.boolean().describe("The person is told aloud when it ends"),
	error: z.string().optional(),
};

const workState = z.object(workFields);
type WorkState = z.output<typeof workState>;

/** The state of a work as answers carry it; who answers with its end has read it. */
export function stateOf(work: Work<unknown>): WorkState {
	const { id, result, error, told } = work;
	const running = isRunning(work);
	if (!running) work.read = true;
	return {
		id,
		status: running ? "running" : result === undefined ? "failed" : "done",
		told: running && told,
		...(error === undefined ? {} : { error: error.message }),
	};
}

/** Whether it was ended by being cancelled, and not by itself. */
export function wasCancelled({ error }: Pick<WorkState, "error">): boolean {
	return /^The [\w ]+ was cancelled\.$/.test(error ?? "");
}

/** "It is still running", and whether the person will hear of its end. */
export function sayRunning(still: string, { told }: Pick<WorkState, "told">): string {
	return told ? `${still}; I'll tell you when it's done.` : `${still}.`;
}

/**
 * Waits for work that this call began, passing on its progress. Comes back when it is done, or when it may answer with
 * the handle: after `wait_ms`, or where that was not said after what its caller has patience for; then its end is told
 * aloud, by the sentence of `over`. A caller who gives up stops the work. Throws what ended it.
 */
export async function follow(
	work: Work<unknown>,
	{ wait_ms, over }: { wait_ms: number | undefined; over: () => string },
	{ words: spoken, signal, progress }: Pick<ToolContext, "words" | "signal" | "progress">,
): Promise<void> {
	if (work.progress.message !== undefined) progress(work.progress);
	work.onProgress = progress;
	await waitFor(work, wait_ms ?? patienceOf({ words: spoken }), signal);
	work.onProgress = undefined;
	if (signal.aborted) {
		work.cancel();
		await work.ended;
	}
	if (work.error !== undefined) {
		work.read = true;
		throw work.error;
	}
	if (wait_ms === undefined && isRunning(work)) work.tell(over);
}

/** How long a call waits whose caller did not say it. */
export function patienceOf({ words }: Pick<ToolContext, "words">): number {
	return words ? patienceMs : waitMs;
}

/** Where a person's works are found. */
interface Kept<W> {
	get(owner: string, wanted: Wanted): W;
}

/** One of a person's works, when it has ended or was waited for long enough. */
export async function look<W extends Work<unknown>>(
	works: Kept<W>,
	{ wait_ms, ...wanted }: Wanted & { wait_ms: number },
	{ user, signal }: Pick<ToolContext, "user" | "signal">,
): Promise<W> {
	const work = works.get(user.id, wanted);
	await waitFor(work, wait_ms, signal);
	return work;
}

/** Stops one of a person's works, and waits until it has ended. */
export async function stop<W extends Work<unknown>>(
	works: Kept<W>,
	wanted: Wanted,
	{ user, signal }: Pick<ToolContext, "user" | "signal">,
): Promise<W> {
	const work = works.get(user.id, wanted);
	work.cancel();
	await waitFor(work, stopMs, signal);
	return work;
}

/** Waits for its end, at most `ms`; giving up waiting stops nothing. */
export async function waitFor(work: Work<unknown>, ms: number, signal: AbortSignal): Promise<void> {
	if (!isRunning(work) || ms === 0 || signal.aborted) return;
	let stopWaiting = () => {};
	const given = new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, ms);
		stopWaiting = () => {
			clearTimeout(timer);
			resolve();
		};
		signal.addEventListener("abort", stopWaiting, { once: true });
	});
	work.waiting += 1;
	await Promise.race([work.ended, given]);
	work.waiting -= 1;
	stopWaiting();
	signal.removeEventListener("abort", stopWaiting);
}

import { z } from "zod";
import type { Tool, ToolContext } from "../contract/index.ts";
import { printable } from "../text/index.ts";
import { callMs, follow, look, lookField, sayRunning, stateOf, stop, waitField, workFields } from "./wait.ts";
import { isRunning, type Work, type Works } from "./works.ts";

/** Characters of what was printed that one answer carries. */
const answerCharacters = 20_000;

/** What a tool came to, with its sentence. */
export interface Done {
	output: Record<string, unknown>;
	say: string;
}

/** Adapters of a server with tools that last. */
export interface Lasting {
	works: Works<Done>;
}

/** How a tool that lasts is spoken of. */
interface Words {
	/** "The tests are still running" */
	still: string;
	/** Said in front of the tool's own sentence when it is told later: "The tests are through" */
	over: string;
	/** In place of it where it failed: "The tests could not be run" */
	broke: string;
	/** Where what it printed is read from first, if that is long. */
	shows?: "start" | "end";
}

const waiting = { wait_ms: waitField };
const pageFields = {
	output: z.string().optional().describe("What it printed, or a part of that"),
	output_offset: z.number().int().optional().describe("Where in all that was printed this part begins"),
	output_total: z.number().int().optional().describe("Characters printed in all"),
};
const answering = { ...workFields, ...pageFields };

type Own<T extends z.ZodObject> = T["shape"];
type Waiting<I extends z.ZodObject> = z.ZodObject<Own<I> & typeof waiting>;
type Answering<R extends z.ZodObject> = z.ZodObject<
	{ [K in Exclude<keyof Own<R>, keyof typeof answering>]: z.ZodOptional<Own<R>[K]> } & typeof answering
>;

/** How each work is spoken of. */
const wordsOf = new WeakMap<Work<Done>, Words>();

/**
 * Makes a tool whose `timeoutMs` may be long answer within a minute: the work goes on behind the answer, which then has
 * a handle and nothing of the result. The person who asked is told aloud when it is done, unless it was said how long to
 * wait. What it gives to `write` is the answer's `output`, and is read on with {@link looking}, also while it runs.
 */
export function lasting<I extends z.ZodObject, R extends z.ZodObject, A extends Lasting>(
	tool: Tool<I, R, A>,
	words: Words,
): Tool<Waiting<I>, Answering<R>, A> {
	const { still, over, broke, shows = "end" } = words;
	async function run(input: Record<string, unknown>, adapters: A, context: ToolContext) {
		const { wait_ms } = z.object(waiting).parse(input);
		const own = tool.input.parse(input);
		const work = adapters.works.start(context.user.id, {
			kind: tool.name,
			source: tool.summary(own),
			longestMs: tool.timeoutMs,
			async run({ progress, signal, write }): Promise<Done> {
				const output = await tool.run(own, adapters, { ...context, progress, signal, write });
				return { output, say: tool.say(output, own) };
			},
		});
		wordsOf.set(work, words);
		const told = () => (work.result === undefined ? `${broke}. ${work.error?.spoken}` : `${over}. ${work.result.say}`);
		await follow(work, { wait_ms, over: told }, context);
		return { ...work.result?.output, ...stateOf(work), ...page(work, shows === "start" ? 0 : undefined) };
	}
	const made = {
		...tool,
		stateful: true,
		timeoutMs: callMs,
		input: tool.input.extend(waiting),
		output: tool.output.partial().extend(answering),
		run,
		say(answer: Record<string, unknown>, input: z.output<I>) {
			const state = z.object(workFields).parse(answer);
			return state.status === "running" ? sayRunning(still, state) : tool.say(tool.output.parse(answer), input);
		},
		attachments(answer: Record<string, unknown>) {
			const found = tool.output.safeParse(answer);
			return found.success ? (tool.attachments?.(found.data) ?? []) : [];
		},
	};
	// The shapes are those of the two lines above, which the compiler can't work out for every tool.
	return made as unknown as Tool<Waiting<I>, Answering<R>, A>;
}

/** What is told of work that a call left behind. */
const workSchema = z.object({
	...workFields,
	tool: z.string().describe("The tool that began it"),
	about: z.string(),
	progress: z.number(),
	total: z.number().optional(),
	message: z.string().optional().describe("The last that was told of it"),
	said: z.string(),
	result: z.record(z.string(), z.unknown()).optional().describe("What the tool gives, once it is done"),
	...pageFields,
});
type WorkReport = z.output<typeof workSchema>;

/** Input of a tool that looks at such work; `id` and `tool` choose which. */
export const lookFields = {
	offset: z
		.number()
		.int()
		.min(0)
		.optional()
		.describe("Where in what it printed to read on from; its end where it is left out"),
	wait_ms: lookField,
};

interface Which {
	id?: string | undefined;
	tool?: string | undefined;
}

type Asking = Pick<ToolContext, "user" | "signal">;

/** What every tool has that looks at such work: how it stands, and what it printed from an offset on. Throws `not_found`. */
export const looking = {
	effect: "read",
	role: "user",
	output: workSchema,
	timeoutMs: callMs,
	say: ({ said }: WorkReport) => said,
	async run(
		{ id, tool, offset, wait_ms }: Which & { offset?: number | undefined; wait_ms: number },
		{ works }: Lasting,
		context: Asking,
	): Promise<WorkReport> {
		return report(await look(works, { id, kind: tool, wait_ms }, context), offset);
	},
} as const;

/** What every tool has that ends such work with everything it started. Throws `not_found`. */
export const ending = {
	effect: "write",
	harmless: true,
	idempotent: true,
	output: workSchema,
	say: ({ said }: WorkReport) => said,
	async run({ id, tool }: Which, { works }: Lasting, context: Asking): Promise<WorkReport> {
		const work = works.get(context.user.id, { id, kind: tool });
		const over = !isRunning(work);
		const stopped = report(await stop(works, { id: work.id }, context));
		return { ...stopped, said: over ? "It was over already." : "Stopped." };
	},
} as const;

function report(work: Work<Done>, offset?: number): WorkReport {
	const { kind, source, progress, result, error } = work;
	const { still = "It is still running", broke = "It failed" } = wordsOf.get(work) ?? {};
	const state = stateOf(work);
	// What was printed is given part by part.
	const { output: _printed, ...own } = result?.output ?? {};
	return {
		...state,
		tool: kind,
		about: source,
		...progress,
		said: result?.say ?? (error === undefined ? sayRunning(still, state) : `${broke}. ${error.spoken}`),
		...(result === undefined ? {} : { result: own }),
		...page(work, offset),
	};
}

function page({ output }: Work<Done>, from: number | undefined): Partial<WorkReport> {
	if (output.length === 0) return {};
	const { text, offset } = output.read(from ?? Math.max(0, output.length - answerCharacters), answerCharacters);
	return { output: printable(text), output_offset: offset, output_total: output.length };
}

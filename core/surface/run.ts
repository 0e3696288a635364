import {
	AiosError,
	type Attachment,
	abortError,
	type Tool,
	type ToolContext,
	type Warning,
} from "../contract/index.ts";
import { strictly } from "./describe.ts";
import { parseInput } from "./validate.ts";

/** Largest result of a call as JSON, in bytes: more would drown a page, a voice and a language model alike. */
export const outputLimit = 1_000_000;
/** Largest attachments of a result together, in base64 characters. */
const attachmentLimit = 20_000_000;

export interface ToolRun {
	tool: Tool;
	input: unknown;
	adapters: unknown;
	/** `progress` may be left out; the signal is the caller's, the deadline is added here. */
	context: Omit<ToolContext, "progress"> & Partial<Pick<ToolContext, "progress">>;
}

export interface ToolResult {
	output: Record<string, unknown>;
	say: string;
	attachments: Attachment[];
	warning?: Warning;
}

/** Schemas made strict, once a tool. */
const strictInputs = new WeakMap<Tool, ReturnType<typeof strictly>>();

function strictInput(tool: Tool): ReturnType<typeof strictly> {
	const known = strictInputs.get(tool);
	if (known !== undefined) return known;
	const schema = strictly(tool.input);
	strictInputs.set(tool, schema);
	return schema;
}

/**
 * Runs one tool: checks its input, stops it at `timeoutMs` or when the caller gives up (also where the tool ignores
 * its signal), checks and bounds its output and makes its sentence. Throws AiosError only: `bad_request` for input,
 * `timeout`, `cancelled`, `too_large`, or what the tool itself threw.
 */
export async function runTool({ tool, input, adapters, context }: ToolRun): Promise<ToolResult> {
	const parsed = parseInput(tool.name, strictInput(tool), input);
	const produced = await withinDeadline(tool, context.signal, (signal) =>
		tool.run(parsed, adapters, { ...context, signal, progress: context.progress ?? ignore }),
	);
	const checked = tool.output.safeParse(produced);
	if (!checked.success) {
		throw new AiosError("internal", `${tool.name} gave a result that does not match its own description.`, {
			spoken: "Something went wrong inside. The details are on the page.",
			details: { issues: checked.error.issues.map(({ path, message }) => ({ path: path.join("."), message })) },
			cause: checked.error,
		});
	}
	const output = checked.data;
	const bytes = Buffer.byteLength(JSON.stringify(output));
	if (bytes > outputLimit) {
		throw new AiosError("too_large", `The result of ${tool.name} is too large (${bytes} bytes).`, {
			fix: "Ask for less: a smaller limit, a part of the file, or a narrower search.",
			spoken: "The result is too large. Ask for a smaller part of it.",
			details: { bytes, limit: outputLimit },
		});
	}
	return { output, say: sentence(tool, output, parsed, context), attachments: attached(tool, output) };
}

/**
 * Turns the arguments of a call into what they stand for (Tool.resolve) and gives them as the output, in the form the
 * tool takes them: nothing is done. Throws as {@link runTool} does, and what `resolve` throws.
 */
export async function resolveTool({ tool, input, adapters, context }: ToolRun): Promise<ToolResult> {
	const parsed = parseInput(tool.name, strictInput(tool), input);
	const { resolve } = tool;
	if (resolve === undefined) return { output: parsed, say: "", attachments: [] };
	const found = await withinDeadline(tool, context.signal, (signal) =>
		resolve(parsed, adapters, { ...context, signal, progress: context.progress ?? ignore }),
	);
	return { output: parseInput(tool.name, strictInput(tool), found), say: "", attachments: [] };
}

function ignore(): void {}

/** Settles with the run, or as soon as the deadline passes or the caller gives up, whatever the tool does then. */
function withinDeadline<T>(
	tool: Tool,
	caller: AbortSignal,
	run: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> | T {
	if (caller.aborted) throw abortError(caller);
	const controller = new AbortController();
	const started = start(() => run(controller.signal));
	// What is done already needs no deadline.
	if (!(started instanceof Promise) || Bun.peek.status(started) === "fulfilled") return started;
	return new Promise<T>((resolve, reject) => {
		const stop = (error: AiosError) => {
			done();
			reject(error);
			controller.abort(error);
		};
		const onAbort = () => stop(abortError(caller));
		const timer = setTimeout(() => stop(late(tool)), tool.timeoutMs);
		const done = () => {
			clearTimeout(timer);
			caller.removeEventListener("abort", onAbort);
		};
		caller.addEventListener("abort", onAbort, { once: true });
		started.then(
			(value) => {
				done();
				resolve(value);
			},
			(thrown) => {
				done();
				reject(AiosError.from(thrown));
			},
		);
	});
}

function start<T>(run: () => Promise<T> | T): Promise<T> | T {
	try {
		return run();
	} catch (thrown) {
		throw AiosError.from(thrown);
	}
}

function late(tool: Tool): AiosError {
	return new AiosError("timeout", `${tool.title} took longer than ${tool.timeoutMs / 1000} s and was stopped.`, {
		spoken: `${tool.title} took too long, so I stopped it.`,
	});
}

/** The work is done by now: a sentence that can't be made must not turn it into a failure. */
function sentence(
	tool: Tool,
	output: Record<string, unknown>,
	input: Record<string, unknown>,
	context: ToolRun["context"],
): string {
	try {
		return tool.say(output, input);
	} catch (cause) {
		context.log.warn("a tool could not put its result into words", { tool: tool.name, error: String(cause) });
		return `${tool.title}: done.`;
	}
}

function attached(tool: Tool, output: Record<string, unknown>): Attachment[] {
	const attachments = tool.attachments?.(output) ?? [];
	const size = attachments.reduce((sum, { data }) => sum + data.length, 0);
	if (size > attachmentLimit) {
		throw new AiosError("too_large", `The attachments of ${tool.name} are too large (${size} characters).`, {
			details: { size, limit: attachmentLimit },
		});
	}
	return attachments;
}

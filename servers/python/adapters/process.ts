import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";

const tableSchema = z.object({
	columns: z.array(z.string()),
	rows: z.array(z.array(z.unknown())),
	total: z.number().int(),
});

const kernelError = z.object({
	type: z.string(),
	message: z.string(),
	line: z.number().int().nullish(),
	traceback: z.string(),
});

/** What the kernel writes, one a line. Code in the sandbox can write there too, so nothing is taken on trust. */
const kernelMessage = z.union([
	z.object({ ready: z.literal(true), python: z.string() }),
	z.object({ display: z.object({ mimeType: z.literal("image/png"), data: z.base64() }), id: z.string() }),
	z.object({
		done: z.literal(true),
		id: z.string(),
		ok: z.boolean(),
		error: kernelError.optional(),
		result: z.object({ text: z.string(), table: tableSchema.optional() }).nullish(),
	}),
]);

export type KernelMessage = z.output<typeof kernelMessage>;
export type KernelDone = Extract<KernelMessage, { done: true }>;

/** Longest answer of a kernel, in characters: what an answer may carry in pictures, and a table beside it. */
const longestAnswer = 24_000_000;

/** A running kernel process. */
export interface KernelProcess {
	/** Its process id; undefined where it could not be started. */
	pid: number | undefined;
	send(request: Record<string, unknown>): void;
	kill(): void;
	exited: Promise<{ code: number | null; signal: string | null }>;
}

export interface KernelListeners {
	message(message: KernelMessage): void;
	output(stream: "stdout" | "stderr", text: string): void;
}

/** Starts a kernel by its full command line. Throws `upstream_failed` where it can't be started. */
export function startKernel(
	argv: readonly string[],
	env: Record<string, string>,
	listeners: KernelListeners,
): KernelProcess {
	const [program = "", ...rest] = argv;
	const child = spawn(program, rest, { env, stdio: ["pipe", "pipe", "pipe", "pipe"] });
	const answers = readable(child, 3);
	let begun: string[] = [];
	let length = 0;
	answers.setEncoding("utf8").on("data", (text: string) => {
		const [end = "", ...lines] = text.split("\n");
		begun.push(end);
		length += end.length;
		for (const next of lines) {
			const parsed = kernelMessage.safeParse(parseJson(begun.join("")));
			if (parsed.success) listeners.message(parsed.data);
			begun = [next];
			length = next.length;
		}
		// A line without an end would fill this process, which is not the session's to fill.
		if (length > longestAnswer) child.kill("SIGKILL");
	});
	for (const stream of ["stdout", "stderr"] as const) {
		const decoder = new TextDecoder();
		child[stream]?.on("data", (bytes: Uint8Array) => listeners.output(stream, decoder.decode(bytes, { stream: true })));
	}
	const input: Writable | null = child.stdin;
	input?.on("error", () => {});
	const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
		child.once("close", (code, signal) => resolve({ code, signal }));
		child.once("error", () => resolve({ code: null, signal: null }));
	});
	return {
		pid: child.pid,
		send: (request) => input?.write(`${JSON.stringify(request)}\n`),
		kill: () => child.kill("SIGKILL"),
		exited,
	};
}

function readable(child: ChildProcess, index: number): Readable {
	const stream = child.stdio[index];
	if (stream === null || stream === undefined || !("read" in stream)) {
		throw new AiosError("upstream_failed", "Python could not be started.");
	}
	return stream;
}

function parseJson(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

import { resolve } from "node:path";
import type { Subprocess } from "bun";
import { type LoadResult, type Order, resultSchema } from "./load-process.ts";

export interface Running {
	/** The first line it printed, as JSON. */
	said: unknown;
	stop(): Promise<void>;
}

/** Starts a process of the benchmark that says something once it is ready, and ends when its input does. */
export async function start(file: string, ...rest: string[]): Promise<Running> {
	const child = Bun.spawn([process.execPath, resolve(import.meta.dirname, file), ...rest], {
		stdin: "pipe",
		stdout: "pipe",
		stderr: "inherit",
	});
	return {
		said: JSON.parse(await firstLine(child)),
		async stop() {
			await child.stdin.end();
			const patience = setTimeout(() => child.kill(), 5_000);
			await child.exited;
			clearTimeout(patience);
		},
	};
}

async function firstLine(child: Subprocess<"pipe", "pipe", "inherit">): Promise<string> {
	const decoder = new TextDecoder();
	let text = "";
	for await (const chunk of child.stdout) {
		text += decoder.decode(chunk, { stream: true });
		if (text.includes("\n")) break;
	}
	return text;
}

/** Puts load on a server from a process of its own. */
export async function putLoad(order: Order): Promise<LoadResult> {
	const command = [process.execPath, resolve(import.meta.dirname, "load-process.ts"), JSON.stringify(order)];
	const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
	return resultSchema.parse(JSON.parse(await new Response(child.stdout).text()));
}

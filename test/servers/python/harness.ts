import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock, type Tool, type ToolContext } from "../../../core/contract/index.ts";
import { createAdapters, type PythonAdapters } from "../../../servers/python/adapters/index.ts";
import { type PythonSettings, pythonSettings } from "../../../servers/python/adapters/settings.ts";
import { executeCode } from "../../../servers/python/tools/execute-code.ts";
import type { ExecutionReport } from "../../../servers/python/tools/execution.ts";

/** What this machine has for the tests of the python server. */
export const hasSandbox = Bun.which("bwrap") !== null && Bun.which("prlimit") !== null;

/** A python server of its own in a temporary folder, with the folder tools may read. */
export async function startPython(settings: Partial<PythonSettings> = {}, shared?: string) {
	const base = await mkdtemp(join(tmpdir(), "aios-python-"));
	const home = shared ?? base;
	const adapters: PythonAdapters = createAdapters({
		settings: pythonSettings.parse(settings),
		dataDir: join(base, "data"),
		childEnv: { PATH: process.env.PATH ?? "", HOME: home, LANG: "C.UTF-8" },
		folders: { allowed: [home], denied: [join(home, "aios-data")], home },
		clock: systemClock,
		log: silentLogger,
	});
	const context = (signal = new AbortController().signal, user = "u1"): ToolContext => ({
		signal,
		progress() {},
		user: { id: user, name: user, role: "user", permissions: ["*:*:*"], via: "token" },
		session: "s",
		clock: systemClock,
		log: silentLogger,
	});
	return {
		adapters,
		base,
		context,
		/** Runs code as execute_code does. */
		execute: (
			code: string,
			more: { session?: string; timeout_ms?: number; user?: string } = {},
		): Promise<ExecutionReport> => {
			const { user, ...rest } = more;
			return Promise.resolve(
				executeCode.run(executeCode.input.parse({ code, ...rest }), adapters, context(undefined, user)),
			);
		},
		call: async <I extends Tool["input"], O extends Tool["output"]>(
			tool: Tool<I, O, PythonAdapters>,
			input: unknown,
			signal?: AbortSignal,
		) => {
			const parsed = tool.input.parse(input);
			const output = await tool.run(parsed, adapters, context(signal));
			return { output: tool.output.parse(output), say: tool.say(output, parsed) };
		},
		async stop() {
			await adapters.close();
			await rm(base, { recursive: true, force: true });
		},
	};
}

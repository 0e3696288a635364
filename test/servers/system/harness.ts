import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock, type Tool } from "../../../core/contract/index.ts";
import { createAdapters, type SystemAdapters } from "../../../servers/system/adapters/index.ts";
import { toolContext } from "./context.ts";

/** A system server of its own, allowed into a temporary home folder only. */
export async function startSystem(env: Record<string, string> = {}) {
	const home = await realpath(await mkdtemp(join(tmpdir(), "aios-system-")));
	const adapters: SystemAdapters = createAdapters({
		settings: {},
		dataDir: join(home, "aios-data"),
		childEnv: { PATH: process.env.PATH ?? "", HOME: home, ...env },
		folders: { allowed: [home], denied: [join(home, "aios-data")], home },
		clock: systemClock,
		log: silentLogger,
	});
	return {
		home,
		adapters,
		/** Calls a tool as the surface does: input and output go through its schemas. */
		async call<I extends Tool["input"], O extends Tool["output"]>(
			tool: Tool<I, O, SystemAdapters>,
			input: unknown,
			signal?: AbortSignal,
		) {
			const parsed = tool.input.parse(input);
			const output = tool.output.parse(await tool.run(parsed, adapters, toolContext(signal)));
			return { output, say: tool.say(output, parsed) };
		},
		async stop() {
			await adapters.close();
			await rm(home, { recursive: true, force: true });
		},
	};
}

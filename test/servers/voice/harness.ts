import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type ServerDeps,
	type SpeechEngines,
	silentLogger,
	systemClock,
	type Tool,
	type ToolContext,
} from "../../../core/contract/index.ts";
import { createAdapters, type VoiceAdapters, type VoiceSettings } from "../../../servers/voice/adapters/index.ts";

/** Engines for tests that neither hear nor speak: any use of them fails. */
const unused: SpeechEngines = new Proxy({} as SpeechEngines, {
	get: (_, name) => () => {
		throw new Error(`the speech engines were asked to ${String(name)}`);
	},
});

/** A voice server of its own, allowed into a temporary home folder only. */
export async function startVoice(
	options: { env?: Record<string, string>; speech?: SpeechEngines } & Partial<ServerDeps<VoiceSettings>> = {},
) {
	const { env = {}, speech = unused, ...rest } = options;
	const home = await realpath(await mkdtemp(join(tmpdir(), "aios-voice-")));
	const adapters: VoiceAdapters = createAdapters({
		settings: { satellites: {} },
		dataDir: join(home, "aios-data"),
		childEnv: { PATH: process.env.PATH ?? "", HOME: home, ...env },
		folders: { allowed: [home], denied: [join(home, "aios-data")], home },
		clock: systemClock,
		log: silentLogger,
		speech,
		...rest,
	});
	return {
		home,
		adapters,
		/** Calls a tool as the surface does: input and output go through its schemas. */
		async call<I extends Tool["input"], O extends Tool["output"]>(
			tool: Tool<I, O, VoiceAdapters>,
			input: unknown,
			context: Partial<ToolContext> = {},
		) {
			tool.input.strict().parse(input);
			const parsed = tool.input.parse(input);
			const output = tool.output.parse(await tool.run(parsed, adapters, toolContext(context)));
			return { output, say: tool.say(output, parsed), attachments: tool.attachments?.(output) ?? [] };
		},
		async stop() {
			await adapters.close();
			await rm(home, { recursive: true, force: true });
		},
	};
}

function toolContext(context: Partial<ToolContext>): ToolContext {
	return {
		signal: new AbortController().signal,
		progress() {},
		user: { id: "u1", name: "test", role: "administrator", permissions: ["*:*:*"], via: "token" },
		session: "s1",
		clock: systemClock,
		log: silentLogger,
		...context,
	};
}

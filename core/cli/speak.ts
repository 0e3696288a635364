import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { encodeWav, joined, type Sound } from "../audio/index.ts";
import { AiosError } from "../contract/index.ts";
import { play } from "../sound/index.ts";
import { childEnvironment } from "./audio/environment.ts";
import type { CliDeps } from "./deps.ts";
import { withEngines } from "./engines.ts";
import { table } from "./table.ts";

/** `aios speak TEXT`: the assistant's voice, to the loudspeaker or into a file. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("speak")
		.description("say something with the assistant's voice")
		.argument("[text...]", "what to say")
		.option("-o, --output <wav>", "write it to a file in place of the loudspeaker")
		.option("--voice <id>", "one of --list")
		.option("--list", "list the voices there are")
		.action(async (words: string[], options: { output?: string; voice?: string; list?: true }) => {
			if (options.list) {
				const voices = await withEngines(deps, (engines) => engines.voices());
				const rows = voices.map(({ id, language, title }) => [id, language, title]);
				deps.print(table([["VOICE", "LANGUAGE", ""], ...rows]));
				return;
			}
			if (words.length === 0)
				throw new AiosError("bad_request", "There is nothing to say.", { fix: "aios speak TEXT" });
			if (options.output === undefined) await speakAloud(words.join(" "), options, deps);
			else {
				const sound = await synthesize(words.join(" "), options, deps);
				await writeFile(options.output, encodeWav(sound));
				deps.note(`${(sound.pcm.length / sound.sampleRate).toFixed(1)} s of speech in ${options.output}`);
			}
		});
}

/** Says a text through this machine's loudspeaker and waits until it was said. */
export async function speakAloud(text: string, options: { voice?: string }, deps: CliDeps): Promise<void> {
	const { pcm, sampleRate } = await synthesize(text, options, deps);
	await play(pcm, sampleRate, { env: childEnvironment() }, deps.signal);
}

async function synthesize(text: string, { voice }: { voice?: string }, deps: CliDeps): Promise<Sound> {
	return withEngines(deps, async (engines) => {
		const parts: Int16Array[] = [];
		let rate = 16_000;
		for await (const { pcm, sampleRate } of engines.synthesize(text, { voice, signal: deps.signal })) {
			parts.push(pcm);
			rate = sampleRate;
		}
		return { pcm: joined(parts), sampleRate: rate };
	});
}

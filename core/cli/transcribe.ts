import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { hearRecording, openRecording } from "../audio/index.ts";
import { childEnvironment } from "../config/index.ts";
import { AiosError } from "../contract/index.ts";
import type { CliDeps } from "./deps.ts";
import { withEngines } from "./engines.ts";

/** `aios transcribe FILE`: a recording in words, heard in this process. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("transcribe")
		.description("write down the speech in a recording")
		.argument("<file>", "a WAV file; any usual format where ffmpeg is installed")
		.option("--times", "one line a segment, with when it was said")
		.option("--json", "print segments and model as JSON")
		.action(async (file: string, options: { times?: true; json?: true }) => {
			const recording = await openRecording(file, childEnvironment());
			const heard = await withEngines(deps, ({ transcribeAll }) =>
				hearRecording(recording, transcribeAll, { signal: deps.signal }),
			);
			if (options.json) deps.print(JSON.stringify(heard, null, 2));
			else if (options.times) {
				for (const { start, end, text } of heard.segments) deps.print(`${clock(start)} - ${clock(end)}  ${text}`);
			} else deps.print(heard.segments.map(({ text }) => text).join(" "));
			if (heard.segments.length === 0) deps.note("There is no speech in it.");
		});
}

/** The bytes of a recording. Throws `not_found` with what to do. */
export async function readRecording(path: string): Promise<Uint8Array> {
	return readFile(path).catch((cause: unknown) => {
		throw new AiosError("not_found", `${path} can't be read.`, { fix: "Give the path of a WAV file.", cause });
	});
}

function clock(seconds: number): string {
	const rest = seconds % 60;
	return `${Math.floor(seconds / 60)}:${rest.toFixed(1).padStart(4, "0")}`;
}

import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { surveyModels } from "../../../models/index.ts";
import { modelsDirs } from "../../fixtures/speech-audio.ts";

export interface VoiceBenchOptions {
	/** Recognisers whose loop is measured, where they are on this machine. */
	recognisers: string[];
	/** Commands spoken to each in real time, at most. */
	turns: number;
}

/** All there are: 30 of a synthetic voice, and recordings of 40 people. */
const mostTurns = 70;

const usage = (name: string) => `npm run bench -- ${name} [--turns N] [RECOGNISER …]

  --turns N     commands spoken to each recogniser in real time, about 4 s each: 1 to ${mostTurns}, default 40
                (30 everyday ones of a synthetic voice, then recordings of people)
  RECOGNISER    whose loop is measured: names of "npx aios models list";
                default moonshine-base and whisper-tiny.en, where they are here
  --help        this text

Each turn is reported on stderr when it is over. AIOS_MODELS_DIR names the folders the models are in; recordings of
people are looked for in "audio" beside the first. Ctrl-C ends it and the product it started.
`;

/** Reads the command line of a voice bench; with --help, or where something on it is wrong, it tells and ends. */
export function voiceBenchOptions(name: string): VoiceBenchOptions {
	try {
		const { values, positionals } = parseArgs({
			options: { turns: { type: "string", default: "40" }, help: { type: "boolean", default: false } },
			allowPositionals: true,
		});
		if (values.help) {
			process.stdout.write(usage(name));
			process.exit(0);
		}
		const turns = Number(values.turns);
		if (!Number.isInteger(turns) || turns < 1 || turns > mostTurns) throw new Error(`--turns: 1 to ${mostTurns}`);
		return { turns, recognisers: positionals.length > 0 ? positionals : ["moonshine-base", "whisper-tiny.en"] };
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage(name)}`);
		process.exit(2);
	}
}

/** Those of the recognisers that are on this machine; the others are told. */
export async function presentOf(recognisers: readonly string[]): Promise<string[]> {
	const states = await surveyModels({ dataDir: tmpdir(), dirs: modelsDirs }, recognisers);
	return states.flatMap(({ model, found }) => {
		if (found === undefined) console.log(`not run: the loop with ${model.name}: its weights are not on this machine`);
		return found === undefined ? [] : [model.name];
	});
}

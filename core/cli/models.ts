import type { Command } from "commander";
import {
	ensureModel,
	fixFor,
	type ModelPlaces,
	type ModelState,
	megabytes,
	modelBytes,
	surveyModels,
	trustModel,
} from "../../models/index.ts";
import type { Config } from "../config/index.ts";
import type { CliDeps } from "./deps.ts";
import { progressPrinter } from "./progress.ts";
import { table } from "./table.ts";

const purpose = { stt: "hearing", vad: "voice activity", turn: "end of turn", tts: "speaking", embedding: "meaning" };

type ModelDeps = Pick<CliDeps, "settings" | "print" | "note" | "signal">;

/** `aios models`: what there is, and how to get more. */
export function register(program: Command, deps: ModelDeps): void {
	const models = program.command("models").description("the models AIOS hears, speaks and understands with");
	models
		.command("list", { isDefault: true })
		.description("show every model: what for, how large, and where it is")
		.option("--json", "print it as JSON")
		.action(async (options: { json?: true }) => {
			const states = await surveyModels(placesOf(await deps.settings()));
			deps.print(options.json ? JSON.stringify(states.map(plain), null, 2) : described(states));
		});
	models
		.command("pull")
		.description("download models into the data folder")
		.argument("<name...>", "names as `aios models list` shows them")
		.option("--hub <address>", "a mirror of the model hub to download from")
		.action(async (names: string[], options: { hub?: string }) => {
			const config = await deps.settings();
			for (const name of names) {
				const printer = progressPrinter(process.stderr);
				const { dir } = await ensureModel(name, {
					...placesOf(config),
					offline: config.offline,
					signal: deps.signal,
					onProgress: printer.update,
					...(options.hub === undefined ? {} : { hub: options.hub.replace(/\/+$/, "") }),
				}).finally(printer.end);
				deps.print(`✓ ${name} is in ${dir}`);
			}
		});
	models
		.command("trust")
		.description("accept a model file you replaced yourself")
		.argument("<name>", "the model it belongs to")
		.action(async (name: string) => {
			const files = await trustModel(name, placesOf(await deps.settings()));
			if (files.length === 0) deps.print(`Nothing of ${name} has changed since it was first used.`);
			for (const file of files) deps.print(`✓ ${file} is taken as it is now.`);
		});
}

/** Where the settings say that models are. */
export function placesOf(config: Pick<Config, "modelsDir" | "dataDir">): ModelPlaces {
	return { dirs: config.modelsDir, dataDir: config.dataDir };
}

function described(states: readonly ModelState[]): string {
	const rows = states.map(({ model, found, problems }) => [
		model.name,
		purpose[model.kind],
		megabytes(modelBytes(model)),
		found === undefined ? (problems.length > 0 ? "damaged" : "-") : "✓",
		found?.dir ?? model.title,
	]);
	const faults = states.flatMap(({ model, problems }) =>
		problems.map((problem) => `✗ ${problem.file}: ${problem.message}\n  ${fixFor(model, problem)}`),
	);
	return [
		table([["MODEL", "FOR", "SIZE", "HERE", ""], ...rows]),
		...(faults.length === 0 ? [] : ["", ...faults]),
		"",
		"To download one: aios models pull NAME",
	].join("\n");
}

function plain({ model, found, problems }: ModelState) {
	return {
		name: model.name,
		kind: model.kind,
		title: model.title,
		languages: model.languages,
		licence: model.licence,
		source: model.source,
		bytes: modelBytes(model),
		found: found === undefined ? null : { origin: found.origin, dir: found.dir, files: found.files },
		problems,
	};
}

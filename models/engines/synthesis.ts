import { AiosError, type SpeechChunk, type SpeechEngines, type SpeechVoice } from "../../core/contract/index.ts";
import { catalogue } from "../catalog.ts";
import { surveyModels } from "../find.ts";
import type { FoundModel, ModelOf, ModelPlaces } from "../kinds.ts";
import { createEspeak, createSherpaVoice, createSystemVoice, type Synthesiser } from "../tts/index.ts";

export interface Synthesis {
	synthesize: SpeechEngines["synthesize"];
	voices(): Promise<SpeechVoice[]>;
	/** The voice that speaks when none is named, or `none`. */
	name(): string;
	/** Resolves when no voice is computing any more. */
	close(): Promise<void>;
}

export interface SynthesisOptions {
	places: ModelPlaces;
	threads: number;
	/** `auto`, or the id of a voice. */
	voice: string;
	onNote(message: string): void;
}

/** Longer text is refused: it would hold the voice for minutes. */
const longestText = 5_000;

/**
 * Every voice of this machine. `auto` prefers a neural voice that is here, then the system's on macOS and Windows,
 * then espeak-ng. A neural voice is loaded when it is first used, the chosen one at once.
 */
export async function createSynthesis(options: SynthesisOptions): Promise<Synthesis> {
	const [found, espeak] = await Promise.all([
		neuralVoices(options.places),
		createEspeak().catch((error: unknown) => {
			options.onNote(AiosError.from(error).message);
			return undefined;
		}),
	]);
	const system = createSystemVoice();
	const loaded = new Map<string, Promise<Synthesiser>>();
	const load = (model: ModelOf<{ kind: "tts" }>): Promise<Synthesiser> => {
		const already = loaded.get(model.name);
		if (already !== undefined) return already;
		const loading = createSherpaVoice(model, options.threads);
		loaded.set(model.name, loading);
		loading.catch(() => loaded.delete(model.name));
		return loading;
	};

	const systemFirst = process.platform === "linux" ? [espeak, system] : [system, espeak];
	const plain = systemFirst.filter((engine) => engine !== undefined);

	/** The engine and voice of an id; an unknown one is an error, none at all means the chosen one. */
	async function pick(voice: string): Promise<{ engine: Synthesiser; voice: string }> {
		const [firstNeural] = found;
		if (voice === "auto") {
			if (firstNeural !== undefined) {
				try {
					const engine = await load(firstNeural);
					return { engine, voice: engine.voices[0]?.id ?? firstNeural.name };
				} catch (error) {
					options.onNote(AiosError.from(error).message);
				}
			}
			const [engine] = plain;
			const first = engine?.voices[0];
			if (engine !== undefined && first !== undefined) return { engine, voice: first.id };
			throw new AiosError("missing_part", "There is no voice on this machine.", { fix: "Run: npm install" });
		}
		const engine = plain.find(({ voices }) => voices.some(({ id }) => id === voice));
		if (engine !== undefined) return { engine, voice };
		const model = found.find(({ name }) => voice === name || voice.startsWith(`${name}-`));
		if (model !== undefined) return { engine: await load(model), voice };
		throw new AiosError("not_found", `There is no voice named ${voice}.`, {
			fix: "list_voices shows those there are.",
		});
	}

	const chosen = await pick(options.voice).catch((error: unknown) => {
		options.onNote(AiosError.from(error).message);
		return pick("auto").catch(() => undefined);
	});

	async function* speak(
		text: string,
		{ voice, speed = 1, signal }: Parameters<SpeechEngines["synthesize"]>[1],
	): AsyncGenerator<SpeechChunk, void, void> {
		if (text.length > longestText)
			throw new AiosError("too_large", `A voice speaks ${longestText} characters at most.`);
		const picked = voice === undefined ? chosen : await pick(voice);
		if (picked === undefined) throw new AiosError("missing_part", "There is no voice on this machine.");
		yield* picked.engine.synthesize(text, { voice: picked.voice, speed: Math.max(0.25, Math.min(4, speed)), signal });
	}

	return {
		synthesize: speak,
		async voices() {
			const neural = await Promise.all(found.map((model) => load(model).catch(() => undefined)));
			return [...neural.filter((engine) => engine !== undefined), ...plain].flatMap(({ voices }) => voices);
		},
		name: () => chosen?.voice ?? "none",
		async close() {
			const neural = await Promise.all([...loaded.values()].map((loading) => loading.catch(() => undefined)));
			await Promise.all([...plain, ...neural].map((engine) => engine?.close()));
		},
	};
}

async function neuralVoices(places: ModelPlaces): Promise<ModelOf<{ kind: "tts" }>[]> {
	const names = catalogue.filter(({ kind }) => kind === "tts").map(({ name }) => name);
	const states = await surveyModels(places, names);
	return states.map(({ found }) => found).filter(isVoice);
}

function isVoice(model: FoundModel | undefined): model is ModelOf<{ kind: "tts" }> {
	return model?.kind === "tts";
}

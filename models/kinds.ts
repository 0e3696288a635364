/** The files an engine needs, by role; every value is an absolute path. `espeakData` is a folder. */
export interface EngineFiles {
	whisper: Record<"encoder" | "decoder" | "tokens", string>;
	moonshine: Record<"encoder" | "decoder" | "tokens", string>;
	silero: Record<"model", string>;
	"smart-turn": Record<"model", string>;
	piper: Record<"model" | "tokens" | "espeakData", string>;
	kokoro: Record<"model" | "voices" | "tokens" | "espeakData", string>;
	minilm: Record<"model" | "tokenizer" | "tokenizerConfig" | "config", string>;
}

export type EngineName = keyof EngineFiles;

/** What each engine's models are for. */
interface EngineKinds {
	whisper: "stt";
	moonshine: "stt";
	silero: "vad";
	"smart-turn": "turn";
	piper: "tts";
	kokoro: "tts";
	minilm: "embedding";
}

/** A model that is on this machine, complete and checked: an engine may load its files as they are. */
export type FoundModel = {
	[E in EngineName]: {
		/** Its name in the catalogue: `whisper-tiny.en`, `moonshine-base`… */
		name: string;
		kind: EngineKinds[E];
		engine: E;
		title: string;
		/** BCP 47 tags, or `multilingual`. */
		languages: readonly string[];
		/** The folder its files are in. */
		dir: string;
		files: EngineFiles[E];
		origin: "folder" | "data" | "package";
	};
}[EngineName];

/** The found model of one engine or one kind: `ModelOf<{ engine: "whisper" }>`, `ModelOf<{ kind: "stt" }>`. */
export type ModelOf<T extends Partial<Pick<FoundModel, "engine" | "kind">>> = Extract<FoundModel, T>;

/** Where models are looked for, in this order: `dirs`, the data folder, npm packages. */
export interface ModelPlaces {
	/** The folders of AIOS_MODELS_DIR; each holds one folder a model. */
	dirs: readonly string[];
	/** The data folder; models are in `models/` below it. */
	dataDir: string;
	/** The `node_modules` folders with the packages that carry models; by default those above this file. */
	packageDirs?: readonly string[];
}

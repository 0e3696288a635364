import type { EngineFiles, EngineName, FoundModel } from "./kinds.ts";

/** How a file is proved to be the right one. */
export type Digest =
	/** Known in advance and pinned here. */
	| { sha256: string }
	/**
	 * The source's own: the hub names a SHA-256 (large files) or a git blob id (small ones) for every file of a
	 * revision. It is recorded at first download and binding from then on.
	 */
	| "published";

export interface ModelFile<Role extends string = string> {
	role: Role;
	/** Path below the model's folder, with forward slashes; it ends in `/` where the role is a whole folder. */
	path: string;
	/** Size in bytes: exact where `digest` is pinned, else rounded as the source shows it. */
	bytes: number;
	digest: Digest;
	/** Made on this machine from an installed package, never downloaded. */
	derived?: "llama-tokens";
}

/** Where a model comes from. */
export type ModelSource =
	/** A repository of the model hub, as it was at one commit. */
	| { from: "hub"; repository: string; revision: string }
	/** An npm package that is installed with AIOS. */
	| { from: "package"; package: string; version: string; folder: string };

export type CatalogueModel = {
	[E in EngineName]: {
		name: string;
		kind: Extract<FoundModel, { engine: E }>["kind"];
		engine: E;
		title: string;
		languages: readonly string[];
		/** The weights' licence as their source states it: an SPDX identifier, with a note where that is not all. */
		licence: string;
		source: ModelSource;
		files: readonly ModelFile<keyof EngineFiles[E] & string>[];
	};
}[EngineName];

/** Every model AIOS knows. Whisper is listed from best to least: the order in which `auto` prefers them. */
export const catalogue: readonly CatalogueModel[] = [
	whisper("small.en", "d9533f69affd85061aee349af7fea5cb2996dbbe", { encoder: 112_442_483, decoder: 262_223_042 }),
	whisper("small", "8f3c18b358db4d1f2fc1eae49d75cd20989e4309", { encoder: 112_442_483, decoder: 262_226_114 }),
	whisper("base.en", "59eea950fc76df2453efb57e6c0fd334548e8ffe", { encoder: 29_120_534, decoder: 130_669_978 }),
	whisper("base", "bb53ee204431c90d314c1cc08d28d23e5b7927cc", { encoder: 29_120_534, decoder: 130_672_026 }),
	whisper("tiny.en", "d026532c022fa99fd789d6b32446a1df7b6bfc43", { encoder: 12_937_772, decoder: 89_853_865 }),
	whisper("tiny", "65176e2deb88badc814a94058666cadccc29b61c", { encoder: 12_937_772, decoder: 89_855_401 }),
	moonshine("base", {
		encoder: [20_513_063, "1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751"],
		decoder: [42_498_870, "cc9f3cd6698a369c6008b41aa60aa3fb3322e7f03c9bdf19d8e6b7200afca4f3"],
	}),
	moonshine("tiny", {
		encoder: [7_937_661, "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a"],
		decoder: [20_243_286, "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367"],
	}),
	{
		name: "silero-vad",
		kind: "vad",
		engine: "silero",
		title: "Silero VAD 5",
		languages: ["multilingual"],
		licence: "MIT",
		source: { from: "package", package: "@ricky0123/vad-web", version: "0.0.31", folder: "dist" },
		files: [
			{
				role: "model",
				path: "silero_vad_v5.onnx",
				bytes: 2_327_524,
				digest: { sha256: "2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f" },
			},
		],
	},
	{
		name: "smart-turn",
		kind: "turn",
		engine: "smart-turn",
		title: "Smart Turn 3.2",
		languages: ["multilingual"],
		licence: "BSD-2-Clause",
		source: {
			from: "hub",
			repository: "pipecat-ai/smart-turn-v3",
			revision: "f766f81d3cfdf7737ac64aad813d91bbfd56bf93",
		},
		files: [
			{
				role: "model",
				path: "smart-turn-v3.2-cpu.onnx",
				bytes: 8_679_182,
				digest: { sha256: "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f" },
			},
		],
	},
	{
		name: "piper-en_US-amy-medium",
		kind: "tts",
		engine: "piper",
		title: "Piper Amy (American English)",
		languages: ["en-US"],
		licence: "MIT; the recordings it was trained on have terms of their own, see MODEL_CARD in its repository",
		source: {
			from: "hub",
			repository: "csukuangfj/vits-piper-en_US-amy-medium",
			revision: "79936839cc9409b1a752a45c629fe21639e1c1b2",
		},
		files: [
			{ role: "model", path: "en_US-amy-medium.onnx", bytes: 63.2e6, digest: "published" },
			{ role: "tokens", path: "tokens.txt", bytes: 1e3, digest: "published" },
			{ role: "espeakData", path: "espeak-ng-data/", bytes: 18e6, digest: "published" },
		],
	},
	{
		name: "kokoro-en",
		kind: "tts",
		engine: "kokoro",
		title: "Kokoro 0.19, 11 English voices",
		languages: ["en"],
		licence: "Apache-2.0",
		source: {
			from: "hub",
			repository: "csukuangfj/kokoro-en-v0_19",
			revision: "92805c485745946a0d945562d3aba19e7cbb2104",
		},
		files: [
			{
				role: "model",
				path: "model.onnx",
				bytes: 345_555_491,
				digest: { sha256: "10ff414106a038ce7e9e0126c6461e4dc8a86efaa89dc91d2009d69fe635e339" },
			},
			{ role: "voices", path: "voices.bin", bytes: 5_755_904, digest: "published" },
			{ role: "tokens", path: "tokens.txt", bytes: 1_078, digest: "published" },
			{ role: "espeakData", path: "espeak-ng-data/", bytes: 18e6, digest: "published" },
		],
	},
	{
		name: "all-MiniLM-L6-v2",
		kind: "embedding",
		engine: "minilm",
		title: "MiniLM sentence embeddings",
		languages: ["en"],
		licence: "Apache-2.0",
		source: {
			from: "hub",
			repository: "Xenova/all-MiniLM-L6-v2",
			revision: "3f2acba6462e3d3b009664b530c4de07dd85b448",
		},
		files: [
			{ role: "model", path: "onnx/model_quantized.onnx", bytes: 23e6, digest: "published" },
			{ role: "tokenizer", path: "tokenizer.json", bytes: 712e3, digest: "published" },
			{ role: "tokenizerConfig", path: "tokenizer_config.json", bytes: 366, digest: "published" },
			{ role: "config", path: "config.json", bytes: 650, digest: "published" },
		],
	},
];

/** What `auto` downloads where no Whisper is present: the fastest one that keeps within 250 ms on two cores. */
export const defaultWhisper = "whisper-tiny.en";

/** The recogniser that needs no download. */
export const embeddedRecogniser = "moonshine-base";

/** The catalogue's entry of that name, or undefined. */
export function catalogued(name: string): CatalogueModel | undefined {
	return catalogue.find((model) => model.name === name);
}

/** Bytes a model takes on disk, as far as the catalogue knows. */
export function modelBytes(model: CatalogueModel): number {
	return model.files.reduce((sum, file) => sum + file.bytes, 0);
}

/** Whisper in the sherpa-onnx layout. Other exports of the same weights, in a person's own folder, differ in digest. */
function whisper(size: string, revision: string, bytes: Record<"encoder" | "decoder", number>): CatalogueModel {
	const english = size.endsWith(".en");
	return {
		name: `whisper-${size}`,
		kind: "stt",
		engine: "whisper",
		title: `Whisper ${size} (int8)`,
		languages: [english ? "en" : "multilingual"],
		licence: "MIT",
		source: { from: "hub", repository: `csukuangfj/sherpa-onnx-whisper-${size}`, revision },
		files: [
			{ role: "encoder", path: `${size}-encoder.int8.onnx`, bytes: bytes.encoder, digest: "published" },
			{ role: "decoder", path: `${size}-decoder.int8.onnx`, bytes: bytes.decoder, digest: "published" },
			{ role: "tokens", path: `${size}-tokens.txt`, bytes: english ? 835_554 : 816_730, digest: "published" },
		],
	};
}

function moonshine(size: "tiny" | "base", files: Record<"encoder" | "decoder", [bytes: number, sha256: string]>) {
	const [encoderBytes, encoder] = files.encoder;
	const [decoderBytes, decoder] = files.decoder;
	return {
		name: `moonshine-${size}`,
		kind: "stt",
		engine: "moonshine",
		title: `Moonshine ${size} (int8)`,
		languages: ["en"],
		licence: "MIT",
		source: {
			from: "package",
			package: "@usefulsensors/moonshine-js",
			version: "0.1.12",
			folder: `dist/model/${size}/quantized`,
		},
		files: [
			{ role: "encoder", path: "encoder_model.onnx", bytes: encoderBytes, digest: { sha256: encoder } },
			{ role: "decoder", path: "decoder_model_merged.onnx", bytes: decoderBytes, digest: { sha256: decoder } },
			{
				role: "tokens",
				path: "tokens.txt",
				bytes: 510_394,
				digest: { sha256: "8005a199df4d1c1a7d1d0de7656017bfc792427f4dbabdd76a92f675be6bd067" },
				derived: "llama-tokens",
			},
		],
	} satisfies CatalogueModel;
}

import type { ModelOf } from "../kinds.ts";
import type { Recogniser, RecogniserOptions } from "./port.ts";
import { openSherpa } from "./sherpa.ts";

/** Whisper (OpenAI) by sherpa-onnx. A multilingual model tells the language by itself. */
export async function loadWhisper(
	model: ModelOf<{ engine: "whisper" }>,
	{ threads }: RecogniserOptions,
): Promise<Recogniser> {
	const { encoder, decoder, tokens } = model.files;
	const language = model.languages.includes("multilingual") ? "" : "en";
	const decode = await openSherpa({ whisper: { encoder, decoder, language, task: "transcribe" }, tokens }, threads);
	return { name: model.name, longest: 28, decode };
}

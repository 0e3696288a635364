import { AiosError } from "../../core/contract/index.ts";
import type { ModelOf } from "../kinds.ts";
import { loadMoonshine } from "./moonshine.ts";
import { loadWhisper } from "./whisper.ts";

/** Turns speech into words. */
export interface Recogniser {
	/** Its name in the model catalogue. */
	name: string;
	/** The longest sound it takes at once, in seconds; it was trained on no longer ones. */
	longest: number;
	/** The words in floats at 16 kHz, with silence already cut away. Computes off the event loop. */
	decode(samples: Float32Array): Promise<string>;
}

export interface RecogniserOptions {
	threads: number;
	/** Folder for files derived from a model. */
	cacheDir: string;
	/** Called with a sentence for the log where a model had to be used as it is. */
	onNote(message: string): void;
}

/**
 * Loads a recogniser whose files were found and verified (a damaged file would end the process).
 * Throws AiosError `missing_part` naming the model and its folder when it cannot be loaded.
 */
export async function loadRecogniser(model: ModelOf<{ kind: "stt" }>, options: RecogniserOptions): Promise<Recogniser> {
	try {
		return model.engine === "whisper" ? await loadWhisper(model, options) : await loadMoonshine(model, options);
	} catch (cause) {
		throw new AiosError("missing_part", `The model ${model.name} in ${model.dir} cannot be loaded.`, {
			cause,
			spoken: `The model ${model.title} cannot be loaded.`,
			fix: `Run: aios models pull ${model.name}`,
			details: { model: model.name, dir: model.dir },
		});
	}
}

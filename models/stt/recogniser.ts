import { AiosError } from "../../core/contract/index.ts";
import type { ModelOf } from "../kinds.ts";
import { loadMoonshine } from "./moonshine.ts";
import type { Recogniser, RecogniserOptions } from "./port.ts";
import { loadWhisper } from "./whisper.ts";

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

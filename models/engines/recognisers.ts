import { AiosError } from "../../core/contract/index.ts";
import { findModel } from "../find.ts";
import type { ModelPlaces } from "../kinds.ts";
import { planRecogniser } from "../recogniser.ts";
import { loadRecogniser, type Recogniser, type RecogniserOptions } from "../stt/index.ts";
import { trimMemory } from "./trim.ts";

/** The recogniser in use. */
export interface RecogniserSlot {
	/** Throws AiosError `missing_part` where there is none, saying why. */
	current(): Recogniser;
	/** Its name, or `none`. */
	name(): string;
	/**
	 * Loads another; decodes started before go on with the old one, which is freed after the last of them.
	 * The old one stays when the new one cannot be found (`missing_part`, `not_found`) or loaded (`missing_part`).
	 */
	use(name: string): Promise<void>;
}

/** Loads the recogniser of a setting (`auto` or a name); where that fails, the slot is empty and says why. */
export async function createRecogniserSlot(
	setting: string,
	places: ModelPlaces,
	options: RecogniserOptions,
): Promise<RecogniserSlot> {
	let recogniser: Recogniser | undefined;
	let why: AiosError | undefined;
	let switching: Promise<unknown> = Promise.resolve();

	try {
		const plan = await planRecogniser(setting, places);
		for (const { message, fix } of plan.warnings) options.onNote(`${message} ${fix}`);
		recogniser = await loadRecogniser(plan.now, options);
	} catch (error) {
		why = AiosError.from(error);
	}

	async function load(name: string): Promise<void> {
		if (recogniser?.name === name) return;
		const model = await findModel(name, places);
		if (model.kind !== "stt") throw new AiosError("bad_request", `${name} is not a speech recogniser.`);
		recogniser = await loadRecogniser(model, options);
		why = undefined;
		// The old one's memory lies outside the heap, where the collector does not see its weight.
		setTimeout(() => {
			Bun.gc(true);
			trimMemory();
		}, 1_000).unref();
	}

	return {
		current() {
			if (recogniser !== undefined) return recogniser;
			throw why ?? new AiosError("missing_part", "There is no speech recogniser.");
		},
		name: () => recogniser?.name ?? "none",
		use(name) {
			const turn = switching.then(() => load(name));
			switching = turn.catch(() => {});
			return turn;
		},
	};
}

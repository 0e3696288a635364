import { AiosError } from "../../core/contract/index.ts";
import { surveyModels } from "../find.ts";
import type { ModelPlaces } from "../kinds.ts";
import { createSmartTurn, type TurnModel } from "../turn/index.ts";

const name = "smart-turn";

export interface TurnSlot {
	/** The end-of-turn model, or undefined where there is none yet. */
	get(): Promise<TurnModel | undefined>;
	/** Its name, or `none`. */
	name(): string;
	/** Resolves when the model is freed, one that is just being loaded too. */
	close(): Promise<void>;
}

/**
 * Loads the end-of-turn model where it is there. One that arrives later is taken up when it is next asked for, without
 * anybody waiting for it: a model that was not there is looked for again after `lookAgainMs`.
 */
export async function createTurnSlot(
	places: ModelPlaces,
	threads: number,
	onNote: (message: string) => void,
	lookAgainMs = 15_000,
): Promise<TurnSlot> {
	let model: TurnModel | undefined;
	let lookedAt = Number.NEGATIVE_INFINITY;
	let looking: Promise<void> | undefined;
	let closed = false;

	async function look(): Promise<void> {
		lookedAt = performance.now();
		const [state] = await surveyModels(places, [name]);
		const found = state?.found;
		for (const problem of state?.problems ?? []) onNote(problem.message);
		if (found?.engine !== "smart-turn") return;
		try {
			const created = await createSmartTurn({ name, model: found.files.model, threads });
			if (closed) await created.close();
			else model = created;
		} catch (error) {
			onNote(AiosError.from(error).message);
		}
	}

	const lookAgain = (): Promise<void> => {
		looking ??= look().finally(() => {
			looking = undefined;
		});
		return looking;
	};

	await lookAgain();
	return {
		async get() {
			if (model === undefined && !closed && performance.now() - lookedAt > lookAgainMs) void lookAgain();
			return model;
		},
		name: () => model?.name ?? "none",
		async close() {
			closed = true;
			await looking;
			await model?.close();
			model = undefined;
		},
	};
}

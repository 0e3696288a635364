import { AiosError, type Clock, type EventSink, type Logger, systemClock } from "../core/contract/index.ts";
import { catalogue, defaultWhisper, embeddedRecogniser } from "./catalog.ts";
import { type EnsureOptions, ensureModel } from "./fetch.ts";
import { findModel, fixFor, known, type ModelState, surveyModels } from "./find.ts";
import type { FoundModel, ModelOf, ModelPlaces } from "./kinds.ts";

export interface RecogniserPlan {
	/** The best recogniser of what is here. */
	now: ModelOf<{ kind: "stt" }>;
	/** The one to download and switch to; undefined where `now` is what was asked for. */
	wanted?: string;
	/** Copies that were passed over, each with a sentence to show. */
	warnings: { model: string; message: string; fix: string }[];
}

/**
 * Decides which recogniser to use at once and which one to download. `setting` is `auto` (the best Whisper present,
 * else Moonshine base while Whisper tiny.en downloads) or the name of a recogniser.
 * Throws AiosError `bad_request` for the name of something else, `missing_part` where no recogniser is usable at all.
 */
export async function planRecogniser(setting: string, places: ModelPlaces): Promise<RecogniserPlan> {
	if (setting !== "auto" && known(setting).kind !== "stt") {
		throw new AiosError("bad_request", `${setting} is not a speech recogniser.`, {
			fix: `Set AIOS_STT_MODEL to auto or one of: ${recognisers.join(", ")}.`,
		});
	}
	const order = setting === "auto" ? recognisers : [setting, ...recognisers.filter((name) => name !== setting)];
	const states = await surveyModels(places, order);
	const now = states.find((state) => state.found !== undefined)?.found ?? (await findModel(embeddedRecogniser, places));
	if (now.kind !== "stt") throw new AiosError("internal", `${now.name} is not a speech recogniser.`);
	const warnings = states.flatMap(warningsOf);
	if (setting === "auto")
		return now.engine === "whisper" ? { now, warnings } : { now, wanted: defaultWhisper, warnings };
	return now.name === setting ? { now, warnings } : { now, wanted: setting, warnings };
}

export interface ModelKeeperDeps extends EnsureOptions {
	/** AIOS_STT_MODEL. */
	setting: string;
	/** Further models worth having, downloaded before the recogniser; small ones. */
	also?: readonly string[];
	events: EventSink;
	log: Logger;
	/** A wanted model is here now: a recogniser is to be switched to, any other can be loaded. */
	onArrived(model: FoundModel): void | Promise<void>;
	clock?: Clock;
	/** Waits before a failed download is tried again, in milliseconds; the last one repeats. */
	againAfterMs?: readonly number[];
}

export interface ModelKeeper {
	/** What to start with. */
	now: RecogniserPlan["now"];
	/** Names still to come. */
	pending(): readonly string[];
	/** Ends downloads under way; what has come is kept and resumed at the next start. */
	stop(): Promise<void>;
}

const minute = 60_000;

/**
 * Chooses the recogniser to start with and downloads what is wanted in the background, one after the other, telling
 * the page by `model:progress`. A failed download is tried again by and by; offline nothing is tried.
 * Throws as {@link planRecogniser}; a download that fails never throws.
 */
export async function keepModels(deps: ModelKeeperDeps): Promise<ModelKeeper> {
	const plan = await planRecogniser(deps.setting, deps);
	for (const { model, message, fix } of plan.warnings) deps.log.warn(`${message} ${fix}`, { model });
	const missing = (await surveyModels(deps, deps.also ?? ["smart-turn"])).filter(({ found }) => found === undefined);
	const wanted = [...missing.map(({ model }) => model.name), ...(plan.wanted === undefined ? [] : [plan.wanted])];
	const waits = deps.againAfterMs ?? [minute, 5 * minute, 15 * minute, 60 * minute];
	const clock = deps.clock ?? systemClock;
	const stop = new AbortController();
	let takeBack: () => void = () => {};

	const pass = async (round: number): Promise<void> => {
		for (const name of [...wanted]) {
			if (stop.signal.aborted) return;
			try {
				const model = await ensureModel(name, {
					...deps,
					signal: stop.signal,
					onProgress: (progress) => {
						if (!stop.signal.aborted) deps.events.emit("model:progress", progress);
					},
				});
				wanted.splice(wanted.indexOf(name), 1);
				deps.log.info("model arrived", { model: name });
				await deps.onArrived(model);
			} catch (error) {
				const failure = AiosError.from(error);
				if (stop.signal.aborted) return;
				deps.log.warn(`model not downloaded: ${failure.message}`, { model: name, fix: failure.fix });
			}
		}
		const wait = waits[Math.min(round, waits.length - 1)];
		if (wanted.length === 0 || wait === undefined || stop.signal.aborted) return;
		takeBack = clock.after(wait, () => {
			running = pass(round + 1);
		});
	};
	let running = deps.offline ? Promise.resolve() : pass(0);
	return {
		now: plan.now,
		pending: () => [...wanted],
		async stop() {
			stop.abort();
			takeBack();
			await running;
		},
	};
}

/** Every recogniser, best first: Whisper, then what needs no download. */
const recognisers = catalogue.filter(({ kind }) => kind === "stt").map(({ name }) => name);

function warningsOf({ model, problems }: ModelState): RecogniserPlan["warnings"] {
	return problems.map((problem) => ({
		model: model.name,
		message: `The model ${model.name} in ${problem.file} is not used: ${problem.message}`,
		fix: fixFor(model, problem),
	}));
}

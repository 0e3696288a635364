export { catalogue, modelBytes } from "./catalog.ts";
export { megabytes } from "./disk.ts";
export { type EnsureOptions, ensureModel, type ModelProgress } from "./fetch.ts";
export { findModel, fixFor, type ModelState, surveyModels, trustModel } from "./find.ts";
export type { ModelPlaces } from "./kinds.ts";
export {
	keepModels,
	type ModelKeeper,
	type ModelKeeperDeps,
	planRecogniser,
} from "./recogniser.ts";

export {
	type CatalogueModel,
	catalogue,
	type ModelFile,
	type ModelSource,
	modelBytes,
} from "./catalog.ts";
export { megabytes } from "./disk.ts";
export { type EnsureOptions, ensureModel, type ModelProgress } from "./fetch.ts";
export { findModel, fixFor, type ModelState, surveyModels, trustModel } from "./find.ts";
export type { EngineFiles, EngineName, FoundModel, ModelKind, ModelOf, ModelPlaces } from "./kinds.ts";
export {
	keepModels,
	type ModelKeeper,
	type ModelKeeperDeps,
	planRecogniser,
	type RecogniserPlan,
} from "./recogniser.ts";
export type { ModelProblem } from "./verify.ts";

export {
	type CatalogueModel,
	catalogue,
	catalogued,
	defaultWhisper,
	embeddedRecogniser,
	type ModelFile,
	type ModelSource,
	modelBytes,
} from "./catalog.ts";
export { findModel, fixFor, type ModelState, surveyModels } from "./find.ts";
export type { EngineFiles, EngineName, FoundModel, ModelKind, ModelOf, ModelPlaces } from "./kinds.ts";
export type { ModelProblem } from "./verify.ts";

export type { Stage, StageContext } from "./stage.ts";
export { createTemplateStage } from "./templates.ts";
export { createUnderstander, type UnderstanderOptions } from "./understander.ts";

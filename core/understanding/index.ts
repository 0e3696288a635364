export type { Stage } from "./stage.ts";
export { createUnderstander } from "./understander.ts";

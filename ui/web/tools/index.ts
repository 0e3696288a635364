export { type SayableTool, useCatalogue } from "./catalogue.ts";
export { EffectMark } from "./effect.tsx";
export { Sayings } from "./sayings.tsx";

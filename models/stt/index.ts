export { plausible } from "./guard.ts";
export type { Recogniser, RecogniserOptions } from "./port.ts";
export { loadRecogniser } from "./recogniser.ts";

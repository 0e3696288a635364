export { plausible } from "./guard.ts";
export { loadRecogniser, type Recogniser, type RecogniserOptions } from "./recogniser.ts";

export { plausible } from "./guard.ts";
export { loadRecogniser, type Recogniser } from "./recogniser.ts";

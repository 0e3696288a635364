export { createSpeechEngines, type SpeechEnginesOptions } from "./create.ts";

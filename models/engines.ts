export { createSpeechEngines, type SpeechEnginesOptions } from "./engines/index.ts";

export { createSpeechEngines } from "./engines/index.ts";

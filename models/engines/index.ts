export { createSpeechEngines } from "./create.ts";

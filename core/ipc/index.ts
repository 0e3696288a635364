export { answerQuestions, createAsker } from "./ask.ts";
export { createLines, fromProcessSchema, type Lines, requirementSchema, toProcessSchema } from "./envelope.ts";
export { type DirectCall, serveQuestions } from "./questions.ts";
export { openSoundLines, serveSoundLines } from "./sound-lines.ts";

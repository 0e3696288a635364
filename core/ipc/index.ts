export { answerQuestions, createAsker } from "./ask.ts";
export { createLines, fromProcessSchema, type Lines, requirementSchema, toProcessSchema } from "./envelope.ts";
export { type ProcessQuestions, principalSchema, serveQuestions } from "./questions.ts";

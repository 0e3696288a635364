export { createLineLogger } from "./log.ts";
export { runServerProcess, type ServerProcessDeps } from "./run.ts";
export { type Start, startSchema } from "./start.ts";

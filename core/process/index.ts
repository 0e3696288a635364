export { permitDirect } from "./direct.ts";
export { runServerProcess, type ServerProcessDeps, startServer } from "./run.ts";
export { openTraces } from "./traces.ts";

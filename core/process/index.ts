export { runServerProcess, type ServerProcessDeps, startServer } from "./run.ts";

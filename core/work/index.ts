export { createWorks, isRunning, type Work, type Works, waitFor, waitMs } from "./works.ts";

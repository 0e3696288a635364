export { createLogger, type OpenLog } from "./logger.ts";

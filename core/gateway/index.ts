export { createAnnouncer } from "./announcer.ts";
export { openDoors } from "./doors.ts";
export { createMetrics } from "./metrics.ts";
export { openRecords } from "./records.ts";
export { createGateway } from "./server.ts";
export { watchSpeech } from "./speech-watch.ts";
export { createStatus } from "./status.ts";
export { createSummaries } from "./summaries.ts";

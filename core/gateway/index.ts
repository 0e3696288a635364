export { type Announcer, createAnnouncer } from "./announcer.ts";
export { type Doors, openDoors } from "./doors.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { createGateway, type Gateway, type GatewayOptions } from "./server.ts";
export { type SpeechWatch, watchSpeech } from "./speech-watch.ts";
export { createStatus, type StatusReader } from "./status.ts";
export { createSummaries } from "./summaries.ts";
export type { GatewayApp, Send } from "./types.ts";

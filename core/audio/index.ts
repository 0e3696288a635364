export { type Heard, hearRecording } from "./hear.ts";
export { joined } from "./joined.ts";
export { openRecording, recordingOf } from "./open-recording.ts";
export type { Recording } from "./recording.ts";
export { decodeWav, encodeWav, type Sound } from "./wav.ts";

export { type Heard, hearRecording } from "./hear.ts";
export { joined } from "./joined.ts";
export { openRecording, type Recording, recordingOf } from "./recording.ts";
export { decodeWav, encodeWav, type Sound } from "./wav.ts";

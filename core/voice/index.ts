export { createVoiceLoop } from "./loop.ts";
export { createSpeechClient } from "./speech-client.ts";
export type { VoiceLoop, VoiceSession, VoiceSettings } from "./types.ts";

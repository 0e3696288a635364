export { createVoiceLoop } from "./loop.ts";
export { createSpeechClient } from "./speech-client.ts";
export type { ListeningMode, VoiceClient, VoiceDeps, VoiceLoop, VoiceSession, VoiceSettings } from "./types.ts";

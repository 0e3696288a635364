export { createVoiceLoop } from "./loop.ts";
export type { ListeningMode, VoiceClient, VoiceDeps, VoiceLoop, VoiceSession, VoiceSettings } from "./types.ts";

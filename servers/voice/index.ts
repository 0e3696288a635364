import { defineServer } from "../../core/contract/index.ts";
import { createAdapters, findRequirements, type VoiceAdapters } from "./adapters/index.ts";
import { listVoices } from "./tools/list-voices.ts";
import { speak } from "./tools/speak.ts";
import { transcribe } from "./tools/transcribe.ts";

export { serveSpeech } from "./speech-host.ts";

/** Speech recognition and synthesis. */
export const server = defineServer<VoiceAdapters>({
	name: "voice",
	title: "Voice",
	description: "Speech recognition and synthesis, on this machine.",
	port: 8006,
	tools: [transcribe, speak, listVoices],
	adapters: createAdapters,
	requirements: findRequirements,
});

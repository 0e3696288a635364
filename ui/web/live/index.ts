export { createLiveAssistant, type LiveAssistant } from "./assistant.ts";
export { LiveScreen } from "./screen.tsx";

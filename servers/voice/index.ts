import { defineServer } from "../../core/contract/index.ts";
import { createAdapters, findRequirements, type VoiceAdapters, voiceSettings } from "./adapters/index.ts";
import { executeVoiceCommand } from "./tools/execute-voice-command.ts";
import { pressKeys, typeText } from "./tools/keyboard.ts";
import { listVoices } from "./tools/list-voices.ts";
import { clickMouse, moveMouse } from "./tools/mouse.ts";
import { startVoiceRecognition, stopVoiceRecognition } from "./tools/recognition.ts";
import { cancelSpeech, speak, speechStatus } from "./tools/speak.ts";
import { takeScreenshot } from "./tools/take-screenshot.ts";
import { cancelTranscription, readTranscription, transcribe } from "./tools/transcribe.ts";
import { focusWindow, listWindows } from "./tools/windows.ts";

export { serveSpeech } from "./speech-host.ts";

/** Speech recognition and synthesis, and the desktop worked by words. */
export const server = defineServer<VoiceAdapters, typeof voiceSettings>({
	name: "voice",
	title: "Voice",
	description: "Speech recognition and synthesis, and this machine's windows, mouse and keys.",
	port: 8006,
	instructions:
		"take_screenshot shows the screen; list_windows and focus_window reach windows; move_mouse, click_mouse, type_text and press_keys act on whatever has the pointer or the keyboard, so look before and after.",
	settings: voiceSettings,
	tools: [
		startVoiceRecognition,
		stopVoiceRecognition,
		executeVoiceCommand,
		transcribe,
		readTranscription,
		cancelTranscription,
		speak,
		speechStatus,
		cancelSpeech,
		listVoices,
		takeScreenshot,
		listWindows,
		focusWindow,
		moveMouse,
		clickMouse,
		typeText,
		pressKeys,
	],
	adapters: createAdapters,
	requirements: findRequirements,
});

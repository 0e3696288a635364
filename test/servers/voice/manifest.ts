/** Of every tool the tests that prove its main use, a bad input and a failure of the outside part. */
export const manifest: Record<string, { main: string; bad: string; failure: string }> = {
	"voice.start_voice_recognition": {
		main: "test/servers/voice/recognition.test.ts > this machine's own microphone (a real PulseAudio) > what is said to it reaches the assistant, and the answer is heard from the loudspeaker",
		bad: "test/servers/voice/recognition.test.ts > without a microphone > %j is refused",
		failure:
			"test/servers/voice/recognition.test.ts > without a microphone > a microphone that is refused is said, with what the recorder said",
	},
	"voice.stop_voice_recognition": {
		main: "test/servers/voice/recognition.test.ts > this machine's own microphone (a real PulseAudio) > starting twice is once, another person has to wait, and stopping ends it",
		bad: "test/servers/voice/recognition.test.ts > without a microphone > %j is refused",
		failure:
			"test/servers/voice/recognition.test.ts > this machine's own microphone (a real PulseAudio) > a microphone that goes away is told to the person",
	},
	"voice.execute_voice_command": {
		main: "test/servers/voice/product.test.ts > the whole product > a command spoken in a WAV file does what it says",
		bad: "test/servers/voice/speech.test.ts > with the real engines > a command without words and without sound, or with both, is refused",
		failure: "test/servers/voice/speech.test.ts > when the outside part is gone > %s says so",
	},
	"voice.transcribe": {
		main: "test/servers/voice/speech.test.ts > with the real engines > a recording is written down, each stretch with its times",
		bad: "test/servers/voice/speech.test.ts > with the real engines > what is no recording, not there, or outside the allowed folders is refused",
		failure: "test/servers/voice/speech.test.ts > when the outside part is gone > %s says so",
	},
	"voice.read_transcription": {
		main: "test/servers/voice/transcription.test.ts > a recording of hours > is read on from where an answer ended, subtitles numbered on",
		bad: "test/servers/voice/transcription.test.ts > an id or a part that makes no sense is refused",
		failure:
			"test/servers/voice/transcription.test.ts > engines that are lost on the way are said, and what was heard is kept",
	},
	"voice.cancel_transcription": {
		main: "test/servers/voice/transcription.test.ts > a recording of hours > answers with a handle where it takes longer than a client waits, and can be stopped with what was heard kept",
		bad: "test/servers/voice/transcription.test.ts > an id or a part that makes no sense is refused",
		failure:
			"test/servers/voice/transcription.test.ts > engines that are lost on the way are said, and what was heard is kept",
	},
	"voice.speak": {
		main: "test/servers/voice/speech.test.ts > with the real engines > spoken text comes back as sound, which is heard as the same words",
		bad: "test/servers/voice/speech.test.ts > with the real engines > text that can't be spoken, a voice that is not there and a folder that is not allowed are refused",
		failure: "test/servers/voice/speech.test.ts > when the outside part is gone > %s says so",
	},
	"voice.speech_status": {
		main: "test/servers/voice/long-speech.test.ts > speech that takes long goes on behind the answer, and its sound is there afterwards",
		bad: "test/servers/voice/long-speech.test.ts > a handle that makes no sense is refused",
		failure:
			"test/servers/voice/long-speech.test.ts > engines that are lost on the way are said, and nothing is written",
	},
	"voice.cancel_speech": {
		main: "test/servers/voice/long-speech.test.ts > speech is stopped at once, and nothing is written",
		bad: "test/servers/voice/long-speech.test.ts > a handle that makes no sense is refused",
		failure:
			"test/servers/voice/long-speech.test.ts > engines that are lost on the way are said, and nothing is written",
	},
	"voice.list_voices": {
		main: "test/servers/voice/speech.test.ts > with the real engines > the voices are those the engines can speak with",
		bad: "test/servers/voice/desktop.test.ts > %s is refused",
		failure: "test/servers/voice/speech.test.ts > when the outside part is gone > %s says so",
	},
	"voice.take_screenshot": {
		main: "test/servers/voice/desktop.test.ts > on a real display > a screenshot shows what is on the screen, point by point",
		bad: "test/servers/voice/desktop.test.ts > %s is refused",
		failure: "test/servers/voice/desktop.test.ts > without a display > %s says that there is none",
	},
	"voice.list_windows": {
		main: "test/servers/voice/desktop.test.ts > on a real display > the open windows are listed with title, place and size, and said",
		bad: "test/servers/voice/desktop.test.ts > %s is refused",
		failure:
			"test/servers/voice/desktop.test.ts > on a real display > a helper that is killed costs one call, and the next one works",
	},
	"voice.focus_window": {
		main: "test/servers/voice/desktop.test.ts > on a real display > a window named by a part of its title gets the keyboard",
		bad: "test/servers/voice/desktop.test.ts > on a real display > a window that is not there is not found, and the ones there are named",
		failure: "test/servers/voice/desktop.test.ts > without a display > %s says that there is none",
	},
	"voice.move_mouse": {
		main: "test/servers/voice/desktop.test.ts > on a real display > the mouse goes where it is sent, and by how much it is told",
		bad: "test/servers/voice/desktop.test.ts > on a real display > a point outside the screen is refused",
		failure: "test/servers/voice/desktop.test.ts > without a display > %s says that there is none",
	},
	"voice.click_mouse": {
		main: "test/servers/voice/desktop.test.ts > on a real display > a double click selects the word below, and a middle click pastes it",
		bad: "test/servers/voice/desktop.test.ts > on a real display > a point outside the screen is refused",
		failure: "test/servers/voice/desktop.test.ts > without a display > %s says that there is none",
	},
	"voice.type_text": {
		main: "test/servers/voice/desktop.test.ts > on a real display > typed text arrives in the window, with symbols, accents, other scripts and emoji",
		bad: "test/servers/voice/desktop.test.ts > %s is refused",
		failure: "test/servers/voice/desktop.test.ts > on a real display > without xdotool typing says what to install",
	},
	"voice.press_keys": {
		main: "test/servers/voice/desktop.test.ts > on a real display > keys pressed do what they do there: backspace takes a letter back, enter ends the line",
		bad: "test/servers/voice/desktop.test.ts > %s is refused",
		failure: "test/servers/voice/desktop.test.ts > without a display > %s says that there is none",
	},
};

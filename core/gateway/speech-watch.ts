import type { SpeechEngines, SpeechStatus } from "../contract/index.ts";

/** How often the speech engines are asked how they are, in milliseconds. */
const speechLookMs = 10_000;

export interface SpeechWatch {
	/** Asks now. */
	look(): void;
	/** What was last said; undefined while nobody answers. */
	last(): SpeechStatus | undefined;
	stop(): void;
}

/** Keeps what the speech engines last said of themselves. */
export function watchSpeech(engines: SpeechEngines, onChange: () => void): SpeechWatch {
	let last: SpeechStatus | undefined;
	const look = () =>
		void engines.status().then(
			(status) => {
				last = status;
				onChange();
			},
			() => {
				last = undefined;
			},
		);
	const timer = setInterval(look, speechLookMs);
	return { look, last: () => last, stop: () => clearInterval(timer) };
}

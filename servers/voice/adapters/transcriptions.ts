import { type Heard, hearRecording, type Recording } from "../../../core/audio/index.ts";
import type { ServerDeps, SpeechEngines } from "../../../core/contract/index.ts";
import { createWorks, type Wanted, type Work, type Works } from "../../../core/work/index.ts";

/** A recording being written down; `heard` grows minute by minute. */
export type Transcription = Work<Heard> & { heard: Heard };

/** The recordings being written down for every person, and the last that were. */
export interface Transcriptions extends Pick<Works<Heard>, "close"> {
	/** Throws `busy` where as many as may be are under way. */
	start(owner: string, source: string, open: () => Promise<Recording>): Transcription;
	/** One by its id, or the last one. Throws `not_found`. */
	get(owner: string, wanted: Wanted): Transcription;
}

export function createTranscriptions(speech: SpeechEngines, announce: ServerDeps["announce"]): Transcriptions {
	const works = createWorks<Heard>({ letter: "t", noun: "transcription", atOnce: 3, announce });
	const soFar = new WeakMap<Work<Heard>, Heard>();
	const withHeard = (work: Work<Heard>): Transcription =>
		Object.assign(work, { heard: soFar.get(work) ?? { segments: [], model: "", seconds: 0 } });
	return {
		start(owner, source, open) {
			const heard: Heard = { segments: [], model: "", seconds: 0 };
			const work = works.start(owner, {
				source,
				async run({ progress, signal }) {
					// Opened no earlier: one that is refused leaves no file open.
					const recording = await open();
					const { seconds } = recording;
					const total = seconds === undefined ? {} : { total: Math.ceil(seconds) };
					return hearRecording(recording, speech.transcribeAll, {
						signal,
						onHeard(now) {
							Object.assign(heard, now);
							progress({ progress: Math.floor(now.seconds), ...total, message: now.segments.at(-1)?.text ?? "" });
						},
					});
				},
			});
			soFar.set(work, heard);
			return withHeard(work);
		},
		get: (owner, wanted) => withHeard(works.get(owner, wanted)),
		close: works.close,
	};
}

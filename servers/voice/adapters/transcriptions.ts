import { type Heard, hearRecording, type Recording } from "../../../core/audio/index.ts";
import type { SpeechEngines } from "../../../core/contract/index.ts";
import { createWorks, type Work } from "../../../core/work/index.ts";

/** A recording being written down; `heard` grows minute by minute. */
export type Transcription = Work<Heard> & { heard: Heard };

/** The recordings being written down for every person, and the last that were. */
export interface Transcriptions {
	/** Throws `busy` where as many as may be are under way. */
	start(owner: string, source: string, recording: Recording): Transcription;
	/** One by its id, or the last one. Throws `not_found`. */
	get(owner: string, id?: string): Transcription;
	close(): void;
}

export function createTranscriptions(speech: SpeechEngines): Transcriptions {
	const works = createWorks<Heard>({ letter: "t", noun: "transcription", atOnce: 3 });
	const soFar = new WeakMap<Work<Heard>, Heard>();
	const withHeard = (work: Work<Heard>): Transcription =>
		Object.assign(work, { heard: soFar.get(work) ?? { segments: [], model: "", seconds: 0 } });
	return {
		start(owner, source, recording) {
			const heard: Heard = { segments: [], model: "", seconds: 0 };
			const { seconds } = recording;
			const total = seconds === undefined ? {} : { total: Math.ceil(seconds) };
			const work = works.start(owner, source, (progress, signal) =>
				hearRecording(recording, speech.transcribeAll, {
					signal,
					onHeard(now) {
						Object.assign(heard, now);
						progress({ progress: Math.floor(now.seconds), ...total, message: now.segments.at(-1)?.text ?? "" });
					},
				}),
			);
			soFar.set(work, heard);
			return withHeard(work);
		},
		get: (owner, id) => withHeard(works.get(owner, id)),
		close: works.close,
	};
}

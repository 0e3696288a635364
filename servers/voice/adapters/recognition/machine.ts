import { AiosError, type Logger } from "../../../../core/contract/index.ts";
import { type Loudspeaker, microphone, openLoudspeaker } from "../../../../core/sound/index.ts";
import type { Place } from "./types.ts";

/** This machine's own microphone and loudspeaker. Throws `missing_part` where no program records. */
export function openMachine(env: Readonly<Record<string, string>>, log: Logger): Place {
	const sound = microphone({ env });
	let playing: { turn: string; loudspeaker: Loudspeaker } | undefined;
	let mute = false;

	function loudspeakerFor(turn: string, rate: number): Loudspeaker | undefined {
		if (playing?.turn === turn) return playing.loudspeaker;
		playing?.loudspeaker.end();
		playing = undefined;
		try {
			playing = { turn, loudspeaker: openLoudspeaker(rate, { env }) };
		} catch (thrown) {
			// Answers are still on the page, so hearing goes on without a voice.
			mute = true;
			log.warn("answers can't be played", { reason: AiosError.from(thrown).message });
		}
		return playing?.loudspeaker;
	}

	return {
		sound,
		spoken({ turn, sampleRate, pcm, last }) {
			if (mute) return;
			const loudspeaker = loudspeakerFor(turn, sampleRate);
			loudspeaker?.write(pcm);
			if (!last) return;
			loudspeaker?.end();
			// Still known, so that it can be hushed while it plays to its end.
		},
		hushed() {
			playing?.loudspeaker.stop();
			playing = undefined;
		},
		close: () => playing?.loudspeaker.stop(),
	};
}

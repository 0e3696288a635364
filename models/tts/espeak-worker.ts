import load from "@echogarden/espeak-ng-emscripten";
import type { EspeakAnswer, EspeakRequest } from "./espeak-messages.ts";

declare const self: Worker;

const answer = (message: EspeakAnswer) => self.postMessage(message);
/** Quiet that espeak leaves behind a sentence is not worth sending; pieces are joined to about 0.2 s. */
const pieceSeconds = 0.2;

const failed = (id: number | undefined, error: unknown) =>
	answer({ id, error: error instanceof Error ? error.message : String(error) });

try {
	const { eSpeakNGWorker } = await load();
	const espeak = new eSpeakNGWorker();
	const sampleRate = espeak.get_samplerate();

	self.onmessage = ({ data }: MessageEvent<EspeakRequest>) => {
		const { id } = data;
		try {
			if (Atomics.load(data.stop, 0) === 0) {
				espeak.set_voice(data.voice);
				espeak.set_rate(data.rate);
				let held: Int16Array[] = [];
				let samples = 0;
				const send = () => {
					answer({ id, pcm: join(held, samples), sampleRate, last: false });
					held = [];
					samples = 0;
				};
				espeak.synthesize(data.text, (pcm) => {
					if (pcm !== undefined && pcm.length > 0) {
						held.push(pcm);
						samples += pcm.length;
						if (samples >= pieceSeconds * sampleRate) send();
					}
					return Atomics.load(data.stop, 0) !== 0;
				});
				if (samples > 0) send();
			}
			answer({ id, pcm: new Int16Array(0), sampleRate, last: true });
		} catch (error) {
			failed(id, error);
		}
	};
	answer({ ready: true });
} catch (error) {
	failed(undefined, error);
}

function join(pieces: readonly Int16Array[], samples: number): Int16Array {
	const joined = new Int16Array(samples);
	let at = 0;
	for (const piece of pieces) {
		joined.set(piece, at);
		at += piece.length;
	}
	return joined;
}

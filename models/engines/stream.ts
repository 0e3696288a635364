import { type Activity, AiosError, type SpeechStream, sampleRate, windowSamples } from "../../core/contract/index.ts";
import { createRing } from "../audio/index.ts";
import type { TurnModel } from "../turn/index.ts";
import type { Vad } from "../vad/index.ts";
import type { DecodeQueue } from "./decode-queue.ts";
import { hear } from "./hear.ts";
import type { RecogniserSlot } from "./recognisers.ts";

export interface StreamDeps {
	vad: Vad;
	queue: DecodeQueue;
	recognisers: RecogniserSlot;
	turn(): Promise<TurnModel | undefined>;
	onClose(): void;
}

/** Sound kept: two minutes. */
const kept = 120 * sampleRate;
const keptWindows = kept / windowSamples;

export type EngineStream = SpeechStream & {
	/** Ends the stream from the engines' side. */
	lose(error: AiosError): void;
};

/** One microphone's sound, its voice activity and its decodes. */
export function openStream(deps: StreamDeps): EngineStream {
	const ring = createRing(kept);
	const probabilities = new Float32Array(keptWindows);
	const activity: ((activity: Activity) => void)[] = [];
	const lost: ((error: Error) => void)[] = [];
	const owner = {};
	let windows = 0;
	let gone: AiosError | undefined;

	const vad = deps.vad.open((speech) => {
		probabilities[windows % keptWindows] = speech;
		windows++;
		for (const listener of activity) listener({ end: windows * windowSamples, speech });
	});

	/** The sound of a range with its windows, widened to whole windows where they are still kept. */
	const heard = (from: number, to: number) => {
		const first = Math.max(Math.floor(Math.max(from, ring.start) / windowSamples), windows - keptWindows, 0);
		const last = Math.min(Math.ceil(to / windowSamples), windows);
		return {
			pcm: ring.slice(first * windowSamples, Math.min(to, ring.end)),
			windows: Float32Array.from(
				{ length: Math.max(0, last - first) },
				(_, i) => probabilities[(first + i) % keptWindows] ?? 0,
			),
		};
	};

	return {
		push(pcm) {
			if (gone !== undefined || pcm.length === 0) return;
			ring.push(pcm);
			vad.push(pcm);
		},
		onActivity: (listener) => void activity.push(listener),
		onLost(listener) {
			if (gone !== undefined && gone.code === "unavailable") listener(gone);
			else lost.push(listener);
		},
		async transcribe({ from, to, partial, signal }) {
			if (gone !== undefined) throw gone;
			await vad.settled();
			const kind = partial ? "partial" : "final";
			return deps.queue.run({ owner, kind, signal }, () => hear(heard(from, to), deps.recognisers.current()));
		},
		async turnComplete({ from, to, signal }) {
			if (gone !== undefined) throw gone;
			const model = await deps.turn();
			return model?.complete(ring.slice(from, to), signal);
		},
		close() {
			gone ??= new AiosError("cancelled", "The microphone was closed.");
			vad.close();
			deps.queue.forget(owner);
			deps.onClose();
		},
		lose(error) {
			if (gone !== undefined) return;
			gone = error;
			vad.close();
			for (const listener of lost) listener(error);
		},
	};
}

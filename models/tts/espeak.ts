import { AiosError, type SpeechVoice } from "../../core/contract/index.ts";
import { type ChunkQueue, createChunkQueue } from "./chunks.ts";
import type { EspeakAnswer, EspeakRequest } from "./espeak-messages.ts";
import type { Synthesiser } from "./synthesiser.ts";

const languages = {
	"en-us": "American English",
	"en-gb": "British English",
	de: "German",
	fr: "French",
	es: "Spanish",
	it: "Italian",
	"pt-br": "Brazilian Portuguese",
	nl: "Dutch",
	pl: "Polish",
	ru: "Russian",
} as const;

/** espeak-ng's own pace, in words a minute. */
const naturalRate = 165;

/**
 * espeak-ng (GPL-3.0, an optional package) as WebAssembly, in a thread of its own since it computes on the calling
 * one: about 25 ms for a second of speech. Throws AiosError `missing_part` where the package is not there.
 */
export async function createEspeak(): Promise<Synthesiser> {
	const worker = new Worker(new URL("./espeak-worker.ts", import.meta.url));
	const open = new Map<number, ChunkQueue>();
	let lastId = 0;
	let failed: AiosError | undefined;

	await new Promise<void>((resolve, reject) => {
		const fail = (why: string) => {
			failed = new AiosError("missing_part", `The espeak-ng voice cannot be used: ${why}`, {
				spoken: "The embedded voice cannot be used.",
				fix: "Run: npm install",
			});
			for (const queue of open.values()) queue.fail(failed);
			open.clear();
			reject(failed);
		};
		worker.onerror = (event) => fail(event.message);
		worker.onmessage = ({ data }: MessageEvent<EspeakAnswer>) => {
			if ("ready" in data) return resolve();
			if ("error" in data) {
				if (data.id === undefined) {
					worker.terminate();
					return fail(data.error);
				}
				open.get(data.id)?.fail(new AiosError("upstream_failed", `espeak-ng failed: ${data.error}`));
				return;
			}
			open.get(data.id)?.push({ pcm: data.pcm, sampleRate: data.sampleRate, last: data.last });
		};
	});

	return {
		engine: "espeak-ng",
		voices: Object.entries(languages).map(
			([language, title]): SpeechVoice => ({ id: `espeak-${language}`, engine: "espeak-ng", language, title }),
		),
		async *synthesize(text, { voice, speed, signal }) {
			if (failed !== undefined) throw failed;
			const id = ++lastId;
			const queue = createChunkQueue();
			const stop = new Int32Array(new SharedArrayBuffer(4));
			open.set(id, queue);
			try {
				const rate = Math.round(Math.max(80, Math.min(450, naturalRate * speed)));
				const request: EspeakRequest = { id, text, voice: voice.replace(/^espeak-/, ""), rate, stop };
				worker.postMessage(request);
				yield* queue.read(signal);
			} finally {
				Atomics.store(stop, 0, 1);
				open.delete(id);
			}
		},
		close() {
			failed = new AiosError("unavailable", "The voice was closed.");
			for (const queue of open.values()) queue.fail(failed);
			open.clear();
			worker.terminate();
		},
	};
}

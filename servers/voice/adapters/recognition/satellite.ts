import { connect } from "node:net";
import { decodeWav, encodeWav } from "../../../../core/audio/index.ts";
import { AiosError, sampleRate } from "../../../../core/contract/index.ts";
import { samples } from "../../../../core/sound/index.ts";
import type { Place } from "./types.ts";

/** A satellite: its microphone comes over TCP as raw samples, and the answers go back the same way. */
export function openSatellite(name: string, { host, port }: { host: string; port: number }): Place {
	const socket = connect({ host, port });
	socket.setNoDelay(true);
	// What went wrong is thrown where the sound is read.
	socket.on("error", () => {});
	return {
		async *sound(signal) {
			signal.addEventListener("abort", () => socket.destroy(), { once: true });
			try {
				yield* samples(socket);
			} catch (cause) {
				if (signal.aborted) return;
				throw new AiosError("missing_part", `The satellite ${name} (${host}:${port}) can't be reached.`, {
					fix: "Is it switched on, and does it wait on that port?",
					cause,
				});
			}
			if (!signal.aborted) throw new AiosError("unavailable", `The satellite ${name} hung up.`);
		},
		spoken({ pcm, sampleRate: rate }) {
			if (socket.destroyed || pcm.length === 0) return;
			const piece = new Int16Array(pcm.slice().buffer);
			const resampled = rate === sampleRate ? piece : decodeWav(encodeWav({ pcm: piece, sampleRate: rate })).pcm;
			socket.write(new Uint8Array(resampled.buffer, resampled.byteOffset, resampled.byteLength));
		},
		hushed() {},
		close: () => socket.destroy(),
	};
}

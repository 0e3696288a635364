import { AiosError } from "../../core/contract/index.ts";
import { toPcm } from "./pcm.ts";

export interface DecodedWav {
	/** The first channel. */
	pcm: Int16Array;
	sampleRate: number;
}

const pcmFormat = 1;
const floatFormat = 3;

/**
 * Reads the WAV files speech programs write: 16-bit or 32-bit float, any rate; of several channels the first is kept.
 * A data chunk that claims more than there is (written to a pipe) ends with the file.
 * Throws AiosError `upstream_failed` for anything else.
 */
export function readWav(bytes: Uint8Array): DecodedWav {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
	if (bytes.length < 44 || tag(0) !== "RIFF" || tag(8) !== "WAVE") throw unreadable("it is not a WAV file");
	let format = 0;
	let channels = 1;
	let sampleRate = 0;
	let bits = 0;
	for (let at = 12; at + 8 <= bytes.length; ) {
		const size = view.getUint32(at + 4, true);
		const body = at + 8;
		if (tag(at) === "fmt ") {
			const declared = view.getUint16(body, true);
			// In the extensible form the real format stands at the head of the sub-format id.
			format = declared === 0xfffe ? view.getUint16(body + 24, true) : declared;
			channels = view.getUint16(body + 2, true);
			sampleRate = view.getUint32(body + 4, true);
			bits = view.getUint16(body + 14, true);
		}
		if (tag(at) === "data") {
			const end = Math.min(body + size, bytes.length);
			const frame = channels * (bits / 8);
			const frames = Math.floor((end - body) / frame);
			if (format === pcmFormat && bits === 16) {
				return {
					pcm: Int16Array.from({ length: frames }, (_, i) => view.getInt16(body + i * frame, true)),
					sampleRate,
				};
			}
			if (format === floatFormat && bits === 32) {
				const floats = Float32Array.from({ length: frames }, (_, i) => view.getFloat32(body + i * frame, true));
				return { pcm: toPcm(floats), sampleRate };
			}
			throw unreadable(`its format ${format} with ${bits} bits is unknown`);
		}
		at = body + size + (size % 2);
	}
	throw unreadable("it holds no sound");
}

function unreadable(why: string): AiosError {
	return new AiosError("upstream_failed", `The synthesised sound cannot be read: ${why}.`, {
		spoken: "The voice could not be read.",
	});
}

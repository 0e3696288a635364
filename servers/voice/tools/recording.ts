import { z } from "zod";
import { decodeWav, type Sound } from "../../../core/audio/index.ts";
import { AiosError, type RawBody } from "../../../core/contract/index.ts";

/** Names the media type of a WAV file goes by. */
const wavTypes = ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"];

/** A WAV file in base64, at most `maxBytes` as a file. */
export function wavField(maxBytes: number) {
	return z.base64().max(Math.ceil(maxBytes / 3) * 4);
}

/** Has a tool take a WAV file as its request body, for the field `audio`. */
export function wavBody(maxBytes: number): RawBody {
	return { mimeTypes: wavTypes, field: "audio", maxBytes };
}

/** A WAV file that came in base64. Throws `bad_request` where there is nothing in it. */
export function wavBytes(audio: string): Uint8Array {
	const bytes = Buffer.from(audio, "base64");
	if (bytes.length === 0) throw new AiosError("bad_request", "The recording is empty.");
	return bytes;
}

/** Its sound, at 16 kHz. Throws `bad_request`, `unsupported`. */
export function readWav(audio: string): Sound {
	return decodeWav(wavBytes(audio));
}

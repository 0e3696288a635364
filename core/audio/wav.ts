import { AiosError } from "../contract/index.ts";

/** A recording: mono, signed 16-bit. */
export interface Sound {
	pcm: Int16Array;
	sampleRate: number;
}

const formatPcm = 1;
const formatFloat = 3;
const formatExtensible = 0xfffe;

/**
 * Reads a RIFF WAVE file: PCM of 8, 16, 24 or 32 bits or 32-bit float, any number of channels (mixed to one), any rate
 * (resampled to `sampleRate`, or kept as its "own"). A recording cut short keeps what is there. Throws `unsupported` for anything else.
 */
export function decodeWav(bytes: Uint8Array, sampleRate: number | "own" = 16_000): Sound {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 12 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") throw notWav("it has no RIFF header");
	let format: Format | undefined;
	for (let at = 12; at + 8 <= bytes.length; ) {
		const name = tag(view, at);
		const length = Math.min(view.getUint32(at + 4, true), bytes.length - at - 8);
		if (name === "fmt ") format = readFormat(view, at + 8, length);
		if (name === "data") {
			if (format === undefined) throw notWav("its data comes before its format");
			const rate = sampleRate === "own" ? format.rate : sampleRate;
			if (format.kind === formatPcm && format.bits === 16 && format.channels === 1 && format.rate === rate) {
				return { pcm: asItIs(view, at + 8, length), sampleRate: rate };
			}
			const mono = mixToMono(view, at + 8, length, format);
			return { pcm: toInt16(resample(mono, format.rate, rate)), sampleRate: rate };
		}
		at += 8 + length + (length % 2);
	}
	throw notWav("it has no sound data");
}

/** Samples that need no change. */
function asItIs(view: DataView, at: number, length: number): Int16Array {
	const pcm = new Int16Array(Math.floor(length / 2));
	for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(at + i * 2, true);
	return pcm;
}

/** Writes mono 16-bit PCM as a WAVE file. */
export function encodeWav({ pcm, sampleRate }: Sound): Uint8Array {
	const view = headerOf(pcm.length * 2, { kind: formatPcm, channels: 1, rate: sampleRate, bits: 16 });
	for (let i = 0; i < pcm.length; i++) view.setInt16(headerBytes + i * 2, pcm[i] ?? 0, true);
	return new Uint8Array(view.buffer);
}

const headerBytes = 44;

/** A WAV file with its header written and room for `length` bytes of sound. */
function headerOf(length: number, { kind, channels, rate, bits }: Format): DataView<ArrayBuffer> {
	const view = new DataView(new ArrayBuffer(headerBytes + length));
	const text = (at: number, value: string) => {
		for (let i = 0; i < value.length; i++) view.setUint8(at + i, value.charCodeAt(i));
	};
	const frame = channels * (bits / 8);
	text(0, "RIFF");
	view.setUint32(4, headerBytes - 8 + length, true);
	text(8, "WAVEfmt ");
	view.setUint32(16, 16, true);
	view.setUint16(20, kind, true);
	view.setUint16(22, channels, true);
	view.setUint32(24, rate, true);
	view.setUint32(28, rate * frame, true);
	view.setUint16(32, frame, true);
	view.setUint16(34, bits, true);
	text(36, "data");
	view.setUint32(40, length, true);
	return view;
}

/** Where the sound of a WAV file lies, in bytes, and how it is written. Reads the headers alone. Throws `unsupported`. */
export async function readWavHeader(bytes: {
	size: number;
	read(from: number, to: number): Promise<Uint8Array>;
}): Promise<{ format: Format; data: { from: number; to: number } }> {
	const view = async (from: number, length: number) => {
		const read = await bytes.read(from, Math.min(from + length, bytes.size));
		return new DataView(read.buffer, read.byteOffset, read.byteLength);
	};
	const start = await view(0, 12);
	if (start.byteLength < 12 || tag(start, 0) !== "RIFF" || tag(start, 8) !== "WAVE") {
		throw notWav("it has no RIFF header");
	}
	let format: Format | undefined;
	for (let at = 12; at + 8 <= bytes.size; ) {
		const head = await view(at, 8);
		const name = tag(head, 0);
		const length = Math.min(head.getUint32(4, true), bytes.size - at - 8);
		if (name === "fmt ") {
			const chunk = await view(at + 8, Math.min(length, 64));
			format = readFormat(chunk, 0, chunk.byteLength);
		}
		if (name === "data") {
			if (format === undefined) throw notWav("its data comes before its format");
			return { format, data: { from: at + 8, to: at + 8 + length } };
		}
		at += 8 + length + (length % 2);
	}
	throw notWav("it has no sound data");
}

/** A part of a WAV file's sound as a WAV file of its own. */
export function wavBlock({ kind, channels, rate, bits }: Format, sound: Uint8Array): Uint8Array {
	const view = headerOf(sound.length, { kind, channels, rate, bits });
	const block = new Uint8Array(view.buffer);
	block.set(sound, headerBytes);
	return block;
}

interface Format {
	kind: typeof formatPcm | typeof formatFloat;
	channels: number;
	rate: number;
	bits: number;
}

function readFormat(view: DataView, at: number, length: number): Format {
	if (length < 16) throw notWav("its format chunk is cut short");
	const code = view.getUint16(at, true);
	const kind = code === formatExtensible && length >= 26 ? view.getUint16(at + 24, true) : code;
	const [channels, rate, bits] = [
		view.getUint16(at + 2, true),
		view.getUint32(at + 4, true),
		view.getUint16(at + 14, true),
	];
	const known = (kind === formatPcm && [8, 16, 24, 32].includes(bits)) || (kind === formatFloat && bits === 32);
	if (!known || (kind !== formatPcm && kind !== formatFloat)) {
		throw notWav(`its encoding (format ${kind}, ${bits} bits) is not PCM or 32-bit float`);
	}
	if (channels < 1 || channels > 32 || rate < 1000 || rate > 768_000) {
		throw notWav(`it claims ${channels} channels at ${rate} Hz`);
	}
	return { kind, channels, rate, bits };
}

function mixToMono(view: DataView, start: number, length: number, format: Format): Float32Array {
	const bytes = format.bits / 8;
	const frames = Math.floor(length / (bytes * format.channels));
	const mono = new Float32Array(frames);
	for (let frame = 0; frame < frames; frame++) {
		let sum = 0;
		for (let channel = 0; channel < format.channels; channel++) {
			sum += sample(view, start + (frame * format.channels + channel) * bytes, format);
		}
		mono[frame] = sum / format.channels;
	}
	return mono;
}

function sample(view: DataView, at: number, { kind, bits }: Format): number {
	if (kind === formatFloat) {
		const value = view.getFloat32(at, true);
		return Number.isFinite(value) ? value : 0;
	}
	if (bits === 8) return (view.getUint8(at) - 128) / 128;
	if (bits === 16) return view.getInt16(at, true) / 32_768;
	if (bits === 24) return ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8_388_608;
	return view.getInt32(at, true) / 2_147_483_648;
}

/** Taps on each side of the interpolation kernel. */
const kernelHalf = 16;

/** Band-limited resampling by a Hann-windowed sinc (Smith, "Digital Audio Resampling", 2002). */
export function resample(input: Float32Array, from: number, to: number): Float32Array {
	if (from === to) return input;
	const ratio = to / from;
	const cutoff = Math.min(1, ratio);
	const reach = kernelHalf / cutoff;
	const output = new Float32Array(Math.round(input.length * ratio));
	for (let n = 0; n < output.length; n++) {
		const centre = n / ratio;
		const first = Math.max(0, Math.ceil(centre - reach));
		const last = Math.min(input.length - 1, Math.floor(centre + reach));
		let sum = 0;
		for (let k = first; k <= last; k++) {
			const distance = k - centre;
			const phase = Math.PI * distance * cutoff;
			const sinc = phase === 0 ? 1 : Math.sin(phase) / phase;
			sum += (input[k] ?? 0) * sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
		}
		output[n] = sum * cutoff;
	}
	return output;
}

function toInt16(samples: Float32Array): Int16Array {
	return Int16Array.from(samples, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
}

function tag(view: DataView, at: number): string {
	return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function notWav(why: string): AiosError {
	return new AiosError("unsupported", `This is not a WAV recording that can be read: ${why}.`, {
		fix: "Give a WAV file with PCM sound, for example made by: ffmpeg -i input -ac 1 -ar 16000 output.wav",
	});
}

import { type FileHandle, open } from "node:fs/promises";

/** Bytes of one element by ONNX TensorProto.DataType; types of other widths are not checked. */
const elementBytes: Record<number, number> = {
	1: 4,
	2: 1,
	3: 1,
	4: 2,
	5: 2,
	6: 4,
	7: 8,
	9: 1,
	10: 2,
	11: 8,
	12: 4,
	13: 8,
	16: 2,
};

/** Field numbers of onnx.proto that the walk looks into. */
const modelGraph = 7;
const modelOpset = 8;
const graphInitializer = 5;
const tensorDims = 1;
const tensorType = 2;
const tensorRaw = 9;

/**
 * Walks an ONNX file's protobuf to its very end without reading the weights: the fields must tile the file exactly,
 * it must hold a graph, and each weight must have as many bytes as its shape says.
 * Gives what is wrong as the end of a sentence, or undefined for a whole file.
 */
export async function onnxFault(path: string): Promise<string | undefined> {
	const file = await open(path, "r");
	try {
		const { size } = await file.stat();
		const bytes = new Window(file);
		let graph = false;
		let opset = false;
		for (let at = 0; at < size; ) {
			const field = await readField(bytes, at, size);
			if (field === undefined) return `is cut short or damaged (byte ${at} of ${size})`;
			if (field.number === modelGraph && field.wire === 2) {
				graph = true;
				const fault = await graphFault(bytes, field.start, field.end);
				if (fault !== undefined) return fault;
			}
			if (field.number === modelOpset) opset = true;
			at = field.end;
		}
		return graph && opset ? undefined : "ends before the network is whole";
	} finally {
		await file.close();
	}
}

async function graphFault(bytes: Window, start: number, end: number): Promise<string | undefined> {
	for (let at = start; at < end; ) {
		const field = await readField(bytes, at, end);
		if (field === undefined) return `has a damaged network at byte ${at}`;
		if (field.number === graphInitializer && !(await wholeTensor(bytes, field.start, field.end))) {
			return `has a damaged weight at byte ${at}`;
		}
		at = field.end;
	}
	return undefined;
}

async function wholeTensor(bytes: Window, start: number, end: number): Promise<boolean> {
	let elements = 1;
	let type = 0;
	let raw: number | undefined;
	for (let at = start; at < end; ) {
		const field = await readField(bytes, at, end);
		if (field === undefined) return false;
		if (field.number === tensorType) type = field.value;
		if (field.number === tensorRaw) raw = field.end - field.start;
		if (field.number === tensorDims && field.wire === 0) elements *= field.value;
		if (field.number === tensorDims && field.wire === 2) {
			for (let dim = field.start; dim < field.end; ) {
				const read = await readVarint(bytes, dim, field.end);
				if (read === undefined) return false;
				elements *= read.value;
				dim = read.end;
			}
		}
		at = field.end;
	}
	const width = elementBytes[type];
	return raw === undefined || width === undefined || raw === elements * width;
}

interface Field {
	number: number;
	wire: number;
	/** The number itself where the field is a varint, else 0. */
	value: number;
	start: number;
	end: number;
}

async function readField(bytes: Window, at: number, limit: number): Promise<Field | undefined> {
	const tag = await readVarint(bytes, at, limit);
	if (tag === undefined || tag.value < 8) return undefined;
	const number = Math.floor(tag.value / 8);
	const wire = tag.value % 8;
	if (wire === 0) {
		const read = await readVarint(bytes, tag.end, limit);
		return read && { number, wire, value: read.value, start: tag.end, end: read.end };
	}
	if (wire === 2) {
		const length = await readVarint(bytes, tag.end, limit);
		if (length === undefined || length.end + length.value > limit) return undefined;
		return { number, wire, value: 0, start: length.end, end: length.end + length.value };
	}
	const width = wire === 1 ? 8 : wire === 5 ? 4 : undefined;
	if (width === undefined || tag.end + width > limit) return undefined;
	return { number, wire, value: 0, start: tag.end, end: tag.end + width };
}

async function readVarint(bytes: Window, at: number, limit: number) {
	let value = 0;
	for (let shift = 0; shift < 10; shift++) {
		if (at + shift >= limit) return undefined;
		const byte = await bytes.at(at + shift);
		if (byte === undefined) return undefined;
		value += (byte & 0x7f) * 2 ** (7 * shift);
		if (byte < 0x80) return { value, end: at + shift + 1 };
	}
	return undefined;
}

/** A file read through a small window that follows the walk, so that weights are skipped and not read. */
class Window {
	readonly #buffer = Buffer.alloc(16_384);
	#start = 0;
	#length = 0;

	constructor(readonly file: FileHandle) {}

	/** The byte at an offset; a number where the window has it, so that most reads do not wait. */
	at(offset: number): number | undefined | Promise<number | undefined> {
		if (offset >= this.#start && offset < this.#start + this.#length) return this.#buffer[offset - this.#start];
		return this.#move(offset);
	}

	async #move(offset: number): Promise<number | undefined> {
		const { bytesRead } = await this.file.read(this.#buffer, 0, this.#buffer.length, offset);
		this.#start = offset;
		this.#length = bytesRead;
		return bytesRead > 0 ? this.#buffer[0] : undefined;
	}
}

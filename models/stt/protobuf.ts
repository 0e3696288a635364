/** One field of a protobuf message: `whole` with its tag, `body` without tag and length. */
export interface Field {
	number: number;
	whole: Uint8Array;
	body: Uint8Array;
}

/** Splits a protobuf message into its fields, without copying. Throws where it is not one. */
export function fieldsOf(message: Uint8Array): Field[] {
	const fields: Field[] = [];
	for (let at = 0; at < message.length; ) {
		const start = at;
		const tag = varint(message, at);
		const wire = tag.value % 8;
		at = tag.end;
		let body = at;
		if (wire === 0) at = varint(message, at).end;
		else if (wire === 1) at += 8;
		else if (wire === 5) at += 4;
		else if (wire === 2) {
			const length = varint(message, at);
			body = length.end;
			at = length.end + length.value;
		} else throw new Error(`unknown protobuf wire type ${wire}`);
		if (at > message.length) throw new Error("the protobuf message breaks off");
		fields.push({
			number: Math.floor(tag.value / 8),
			whole: message.subarray(start, at),
			body: message.subarray(body, at),
		});
	}
	return fields;
}

/** A length-delimited field made of pieces, as pieces: large bodies are not copied. */
export function fieldFrom(number: number, pieces: readonly Uint8Array[]): Uint8Array[] {
	const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
	return [Uint8Array.from([...encodeVarint(number * 8 + 2), ...encodeVarint(length)]), ...pieces];
}

/** A string field. */
export function textField(number: number, text: string): Uint8Array {
	return Buffer.concat(fieldFrom(number, [Buffer.from(text)]));
}

/** A field with a whole number. */
export function numberField(number: number, value: number): Uint8Array {
	return Uint8Array.from([...encodeVarint(number * 8), ...encodeVarint(value)]);
}

export function textOf(field: Field | undefined): string {
	return field === undefined ? "" : Buffer.from(field.body).toString("utf8");
}

function varint(bytes: Uint8Array, at: number): { value: number; end: number } {
	let value = 0;
	for (let i = 0; i < 10; i++) {
		const byte = bytes[at + i];
		if (byte === undefined) break;
		value += (byte & 0x7f) * 2 ** (7 * i);
		if (byte < 0x80) return { value, end: at + i + 1 };
	}
	throw new Error("a protobuf number breaks off");
}

function encodeVarint(value: number): number[] {
	const bytes: number[] = [];
	for (let left = value; ; left = Math.floor(left / 128)) {
		if (left < 128) return [...bytes, left];
		bytes.push((left % 128) + 128);
	}
}

/** Pieces of sound as one. */
export function joined(parts: readonly Int16Array[]): Int16Array {
	const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

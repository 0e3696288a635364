/** Reads `key=value,key2=value2` with percent-encoded values, as OpenTelemetry writes headers and resource attributes. */
export function readPairs(text: string): Record<string, string> {
	return Object.fromEntries(
		text.split(",").flatMap((part) => {
			const at = part.indexOf("=");
			const key = part.slice(0, at).trim();
			return at > 0 && key !== "" ? [[key, decoded(part.slice(at + 1).trim())]] : [];
		}),
	);
}

function decoded(value: string): string {
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}

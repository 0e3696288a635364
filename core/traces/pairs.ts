/** Reads `key=value,key2=value2` with percent-encoded values, as OpenTelemetry writes headers and resource attributes. */
export function readPairs(text: string): Record<string, string> {
	const pairs: Record<string, string> = {};
	for (const part of text.split(",")) {
		const at = part.indexOf("=");
		const key = part.slice(0, at).trim();
		if (at > 0 && key !== "") pairs[key] = decoded(part.slice(at + 1).trim());
	}
	return pairs;
}

function decoded(value: string): string {
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}

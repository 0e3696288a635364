/** Longest event taken: a result with its attachments. More would be a server that never ends one. */
const eventLimit = 40_000_000;

/** The data of each event of a `text/event-stream` body, in order. Throws RangeError for an endless event. */
export async function* readSse(response: Response): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let buffer = "";
	let data: string[] = [];
	for await (const chunk of response.body ?? []) {
		buffer += decoder.decode(chunk, { stream: true });
		if (buffer.length > eventLimit) throw new RangeError("an event of the stream is too long");
		const lines = buffer.split(/\r\n|\n|\r(?!$)/);
		buffer = lines.pop() ?? "";
		for (const line of lines) {
			if (line === "") {
				if (data.length > 0) yield data.join("\n");
				data = [];
			} else if (line.startsWith("data:")) {
				data.push(line.slice(line[5] === " " ? 6 : 5));
			}
		}
	}
}

/** Longest event taken, in characters: a result with its attachments. More would be a server that never ends one. */
const eventLimit = 40_000_000;

/**
 * The data of each event of a `text/event-stream` body, in order, as soon as its last line has come. Lines end with
 * \n, \r\n or \r. Throws RangeError for an endless event.
 */
export async function* readSse(response: Response): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let line = "";
	let data: string[] = [];
	let length = 0;
	let returned = false;
	for await (const chunk of response.body ?? []) {
		const decoded = decoder.decode(chunk, { stream: true });
		if (decoded === "") continue;
		// Between two pieces may be the middle of one line's end.
		const [first = "", ...rest] = decoded.slice(returned && decoded.startsWith("\n") ? 1 : 0).split(/\r\n|\n|\r/);
		returned = decoded.endsWith("\r");
		length += decoded.length;
		if (length > eventLimit) throw new RangeError("an event of the stream is too long");
		line += first;
		for (const next of rest) {
			if (line === "") {
				if (data.length > 0) yield data.join("\n");
				data = [];
				length = 0;
			} else if (line === "data" || line.startsWith("data:")) {
				data.push(line.slice(line[5] === " " ? 6 : 5));
			}
			line = next;
		}
	}
}

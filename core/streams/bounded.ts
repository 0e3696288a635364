/** A body whole. Throws what `tooMuch` makes once there are more than `limit` bytes; the rest is not read. */
export async function readBounded(
	body: AsyncIterable<Uint8Array> | null | undefined,
	limit: number,
	tooMuch: () => Error,
): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of body ?? []) {
		bytes += chunk.byteLength;
		if (bytes > limit) throw tooMuch();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** Ends of an event in an event stream. */
const eventEnds = ["\n\n", "\r\n\r\n", "\r\r"];

/**
 * The same response, whose reader fails with what `tooMuch` makes where one message has more than `limit` bytes: an event
 * of an event stream, or else the whole body. For readers that hold a message in memory, however well it is packed.
 */
export function boundMessages(response: Response, limit: number, tooMuch: () => Error): Response {
	if (response.body === null) return response;
	const events = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
	let bytes = 0;
	const bound = new TransformStream<Uint8Array, Uint8Array>({
		transform(chunk, controller) {
			const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
			const end = events ? Math.max(...eventEnds.map((mark) => text.lastIndexOf(mark))) : -1;
			bytes = end === -1 ? bytes + chunk.byteLength : chunk.byteLength - end;
			if (bytes > limit) controller.error(tooMuch());
			else controller.enqueue(chunk);
		},
	});
	const { status, statusText, headers } = response;
	return new Response(response.body.pipeThrough(bound), { status, statusText, headers });
}

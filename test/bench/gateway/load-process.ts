import type { Socket } from "bun";
import { z } from "zod";

/**
 * A load generator in a process of its own: it keeps `clients` connections open, sends the same request on each as soon as
 * the last answer is whole, and prints what came of it as one line of JSON. Started with the order as its argument.
 */
export const orderSchema = z.object({
	port: z.number(),
	path: z.string(),
	headers: z.record(z.string(), z.string()),
	body: z.string(),
	/** Text every answer must hold: a fast refusal is no result. */
	expect: z.string(),
	clients: z.number(),
	warmMs: z.number(),
	ms: z.number(),
});
export type Order = z.output<typeof orderSchema>;

export const resultSchema = z.object({
	perSecond: z.number(),
	p50: z.number(),
	p99: z.number(),
});
export type LoadResult = z.output<typeof resultSchema>;

interface Line {
	began: number;
	got: Buffer;
}

const end = Buffer.from("\r\n\r\n");
const lastChunk = Buffer.from("\r\n0\r\n\r\n");

async function load(order: Order): Promise<LoadResult> {
	const { clients, warmMs, ms } = order;
	const request = bytesOf(order);
	const expected = Buffer.from(order.expect);
	const latencies: number[] = [];
	const from = performance.now() + warmMs;
	const until = from + ms;
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	let open = clients;

	function send(socket: Socket<Line>): void {
		socket.data.began = performance.now();
		socket.write(request);
	}
	function answered(socket: Socket<Line>, answer: Buffer): void {
		if (!answer.subarray(9, 12).equals(ok) || !answer.includes(expected)) {
			reject(new Error(`an answer is not as expected: ${answer.toString().slice(0, 600)}`));
			return;
		}
		const now = performance.now();
		if (now >= from) latencies.push(now - socket.data.began);
		if (now < until) {
			send(socket);
			return;
		}
		socket.end();
		open -= 1;
		if (open === 0) resolve();
	}

	for (let client = 0; client < clients; client++) {
		await Bun.connect<Line>({
			hostname: "127.0.0.1",
			port: order.port,
			data: { began: 0, got: Buffer.alloc(0) },
			socket: {
				open: send,
				data(socket, chunk) {
					const { got } = socket.data;
					const answer = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
					const whole = isWhole(answer);
					socket.data.got = whole ? Buffer.alloc(0) : Buffer.from(answer);
					if (whole) answered(socket, answer);
				},
				error: (_socket, error) => reject(error),
				connectError: (_socket, error) => reject(error),
				close: () => {
					if (performance.now() < until) reject(new Error("the server closed a connection"));
				},
			},
		});
	}
	await promise;
	latencies.sort((one, other) => one - other);
	const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
	return { perSecond: (latencies.length / ms) * 1000, p50: at(0.5), p99: at(0.99) };
}

const ok = Buffer.from("200");

function bytesOf({ path, port, headers, body }: Order): Buffer {
	const lines = Object.entries({ ...headers, host: `127.0.0.1:${port}`, "content-length": Buffer.byteLength(body) });
	return Buffer.from(
		`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
	);
}

/** Whether the headers and all of the body are there. */
function isWhole(answer: Buffer): boolean {
	const head = answer.indexOf(end);
	if (head === -1) return false;
	const length = /\r\ncontent-length: *(\d+)/i.exec(answer.toString("latin1", 0, head))?.[1];
	return length === undefined
		? answer.subarray(-lastChunk.length).equals(lastChunk)
		: answer.length >= head + end.length + Number(length);
}

if (import.meta.main) {
	console.log(JSON.stringify(await load(orderSchema.parse(JSON.parse(process.argv[2] ?? "")))));
	process.exit(0);
}

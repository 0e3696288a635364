import { io, type Socket } from "socket.io-client";
import { type ServerEvent, type ServerEventName, sampleRate, serverEvents } from "../../../core/contract/index.ts";
import type { Product } from "./product.ts";
import { until } from "./wait.ts";

/** One event as it arrived. */
export interface Arrived<N extends ServerEventName = ServerEventName> {
	name: N;
	payload: ServerEvent<N>;
	/** Milliseconds since 1970. */
	at: number;
}

/** A microphone without a page: a client of the Socket.IO interface that keeps every event. */
export interface Satellite {
	socket: Socket;
	/** Every event of this name so far. */
	events<N extends ServerEventName>(name: N): Arrived<N>[];
	/** The first event of this name that fits, waiting for it. */
	event<N extends ServerEventName>(
		name: N,
		withinMs: number,
		fits?: (payload: ServerEvent<N>) => boolean,
	): Promise<Arrived<N>>;
	/** Plays sound at the pace of time, as a microphone gives it, into a turn of its own. */
	speak(pcm: Int16Array, options?: { mode?: "push-to-talk" | "hands-free"; session?: string }): Promise<void>;
	close(): void;
}

/** Samples in one frame: 20 ms. */
const frameSamples = sampleRate / 50;

/** Connects to the product as its administrator. */
export async function connectSatellite(product: Product): Promise<Satellite> {
	const socket = io(product.url, {
		auth: { token: product.token },
		transports: ["websocket"],
		reconnection: false,
		forceNew: true,
	});
	const arrived: { name: string; payload: unknown; at: number }[] = [];
	socket.onAny((name: string, payload: unknown) => arrived.push({ name, payload, at: Date.now() }));
	await new Promise<void>((resolve, reject) => {
		socket.once("connect", resolve);
		socket.once("connect_error", reject);
	});
	const events = <N extends ServerEventName>(name: N): Arrived<N>[] =>
		arrived
			.filter((event) => event.name === name)
			.map(({ payload, at }) => ({ name, payload: serverEvents[name].parse(payload) as ServerEvent<N>, at }));
	return {
		socket,
		events,
		event: (name, withinMs, fits = () => true) =>
			until(`${name} at a client`, withinMs, () => events(name).find(({ payload }) => fits(payload))),
		async speak(pcm, { mode = "push-to-talk", session } = {}) {
			await socket.timeout(5_000).emitWithAck("audio:start", { sampleRate, mode, session });
			const began = performance.now();
			for (let at = 0; at < pcm.length; at += frameSamples) {
				const frame = pcm.slice(at, at + frameSamples);
				socket.emit("audio:chunk", new Uint8Array(frame.buffer));
				const wait = began + ((at + frameSamples) / sampleRate) * 1000 - performance.now();
				if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
			}
		},
		close: () => socket.disconnect(),
	};
}

import { io, type Socket } from "socket.io-client";
import { type ServerEvent, type ServerEventName, sampleRate, serverEvents } from "../../../core/contract/index.ts";
import type { Product } from "./product.ts";
import { samplesOf } from "./sound.ts";
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
	/** Opens the microphone, which then gives sound until it is closed. */
	listen(options?: { mode?: "push-to-talk" | "hands-free"; session?: string }): Promise<void>;
	/** Plays sound at the pace of time, as a microphone gives it. */
	play(pcm: Int16Array): Promise<void>;
	/** Every event so far, by name, for a failure's message. */
	log(): string;
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
	let room: ReturnType<typeof keepSending> | undefined;
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
	const log = () =>
		arrived
			.filter(({ name }) => !["status", "audio:reply"].includes(name))
			.map(({ name, payload }) => `${name} ${JSON.stringify(payload)}`)
			.join("\n");
	return {
		socket,
		events,
		event: (name, withinMs, fits = () => true) =>
			until(`${name} at a client`, withinMs, () => events(name).find(({ payload }) => fits(payload))).catch(
				(error: Error) => {
					throw new Error(`${error.message}; it got:\n${log()}`, { cause: error });
				},
			),
		async listen({ mode = "push-to-talk", session } = {}) {
			await socket.timeout(5_000).emitWithAck("audio:start", { sampleRate, mode, session });
			room ??= keepSending(socket);
		},
		play: (pcm) => room?.play(pcm) ?? Promise.reject(new Error("listen first")),
		log,
		close() {
			room?.stop();
			socket.disconnect();
		},
	};
}

/** A microphone that is open gives frames all the time: what is played, and between that the hush of a room. */
function keepSending(socket: Socket) {
	const hush = samplesOf([{ silenceMs: 20 }]);
	const waiting: { frame: Int16Array; sent(): void }[] = [];
	const began = performance.now();
	let frames = 0;
	const timer = setInterval(() => {
		for (; frames * 20 <= performance.now() - began; frames++) {
			const next = waiting.shift();
			socket.emit("audio:chunk", new Uint8Array((next?.frame ?? hush).slice().buffer));
			next?.sent();
		}
	}, 10);
	return {
		play: (pcm: Int16Array) =>
			new Promise<void>((resolve) => {
				for (let at = 0; at < pcm.length; at += frameSamples) {
					const last = at + frameSamples >= pcm.length;
					waiting.push({ frame: pcm.subarray(at, at + frameSamples), sent: last ? resolve : () => {} });
				}
			}),
		stop: () => clearInterval(timer),
	};
}

import { joined } from "../../../core/audio/index.ts";
import type { VoiceSession } from "../../../core/voice/index.ts";
import { createRoom, type RoomShape } from "../../fixtures/room.ts";
import { bytesOf, type Recorder } from "./client.ts";

/** A microphone's chunk: 20 ms. */
const chunkMs = 20;
const chunk = chunkMs * 16;

export interface Listening {
	/** Milliseconds of sound to listen for, at most. */
	ms: number;
	/** What a person says meanwhile, from the beginning on. */
	person?: Int16Array;
	/** Stop once the assistant falls silent. */
	untilSilenced?: boolean;
}

/**
 * A page in a room: its loudspeaker plays what the assistant sends until it is told to be silent, its microphone hears
 * that, the room and a person. `tick` lets 20 ms pass before each chunk of the microphone goes out.
 */
export function createPage(session: VoiceSession, events: Recorder, shape: RoomShape, tick: () => Promise<void>) {
	let room = createRoom(shape);
	let taken = 0;
	let cancelled = 0;
	let playing: Int16Array = new Int16Array(0);
	return {
		/** Another room, or other headphones. */
		move(to: RoomShape) {
			room = createRoom(to);
		},
		/** Gives after how many milliseconds of sound the assistant fell silent; infinity where it did not. */
		async listen({ ms, person = new Int16Array(0), untilSilenced = false }: Listening): Promise<number> {
			let silencedAt = Number.POSITIVE_INFINITY;
			for (let at = 0; at < ms && !(untilSilenced && silencedAt < at); at += chunkMs) {
				// What was sent by now plays from now on; the chunk that holds it is whole 20 ms later.
				const pieces = events.of("audio:reply");
				playing = joined([playing, ...pieces.slice(taken).map(at16k)]);
				taken = pieces.length;
				await tick();
				if (events.of("audio:cancel").length > cancelled) {
					cancelled = events.of("audio:cancel").length;
					silencedAt = Math.min(silencedAt, at);
					playing = new Int16Array(0);
				}
				const heard = room.hear(chunkAt(playing, 0), chunkAt(person, at * 16));
				playing = playing.subarray(chunk);
				session.push(bytesOf(heard));
			}
			return silencedAt;
		},
	};
}

/** 20 ms of sound, silence where it is over. */
function chunkAt(pcm: Int16Array, from: number): Int16Array {
	const part = new Int16Array(chunk);
	part.set(pcm.subarray(from, from + chunk));
	return part;
}

/** A piece of an answer at the microphone's rate. */
export function at16k({ pcm, sampleRate }: { pcm: Uint8Array; sampleRate: number }): Int16Array {
	const from = new Int16Array(pcm.slice().buffer);
	const length = Math.floor((from.length * 16_000) / sampleRate);
	return Int16Array.from({ length }, (_, i) => from[Math.floor((i * sampleRate) / 16_000)] ?? 0);
}

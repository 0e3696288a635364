import { sampleRate } from "../../../core/contract/index.ts";
import { createRoom, type RoomShape } from "../../fixtures/room.ts";
import type { Devices } from "./devices.ts";

/** A sample below this is silence. */
const silent = 8;

/** The air between a loudspeaker, a microphone and a person; its time is the devices' own, in samples. */
export interface Air {
	/** Now. */
	readonly now: number;
	/** Another room from now on; what was kept of the one before is forgotten. */
	enter(shape: RoomShape): void;
	/** A person speaks from now on, until all is said or `hush`; gives when the first sample is heard. */
	say(pcm: Int16Array): number;
	hush(): void;
	/** What was played, and what the microphone heard of it without the person, since the room was entered. */
	kept(): { from: number; played: Int16Array; echo: Int16Array };
	/** The last sample at which something was played; undefined where nothing was. */
	lastPlayed(): number | undefined;
	firstPlayed(): number | undefined;
	/** Milliseconds since 1970 at which a sample passed. */
	wallOf(sample: number): number;
}

/** Carries sound from the loudspeaker to the microphone as long as the devices are there. */
export function createAir(devices: Devices): Air {
	let now = 0;
	let room = createRoom({ delayMs: 0, gain: 0 });
	let from = 0;
	let played: Int16Array[] = [];
	let echo: Int16Array[] = [];
	let said: { pcm: Int16Array; from: number } | undefined;
	let first: number | undefined;
	let last: number | undefined;
	let wall = { sample: 0, ms: Date.now() };

	const carry = (sound: Int16Array): void => {
		const come = room.hear(sound);
		played.push(sound);
		echo.push(come);
		const heard = Int16Array.from(come, (sample, i) => {
			const own = said === undefined ? 0 : (said.pcm[now + i - said.from] ?? 0);
			return Math.max(-32_768, Math.min(32_767, sample + own));
		});
		for (let i = 0; i < sound.length; i += 1) {
			if (Math.abs(sound[i] as number) < silent) continue;
			first ??= now + i;
			last = now + i;
		}
		devices.hear(heard);
		now += sound.length;
		wall = { sample: now, ms: Date.now() };
	};

	void (async () => {
		for await (const sound of devices.played()) carry(sound);
	})();

	return {
		get now() {
			return now;
		},
		enter(shape) {
			room = createRoom(shape);
			from = now;
			played = [];
			echo = [];
			said = undefined;
			first = undefined;
			last = undefined;
		},
		say(pcm) {
			said = { pcm, from: now };
			return now;
		},
		hush() {
			said = undefined;
		},
		kept: () => ({ from, played: join(played), echo: join(echo) }),
		lastPlayed: () => last,
		firstPlayed: () => first,
		wallOf: (sample) => wall.ms + ((sample - wall.sample) * 1000) / sampleRate,
	};
}

function join(pieces: readonly Int16Array[]): Int16Array {
	const joined = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const piece of pieces) {
		joined.set(piece, at);
		at += piece.length;
	}
	return joined;
}

import { findStreamPlayer, type Place } from "./programs.ts";

/** A loudspeaker that takes sound as it is made. */
export interface Loudspeaker {
	/** Plays signed 16-bit little-endian mono samples after those before. */
	write(pcm: Uint8Array): void;
	/** Nothing more comes; what was written is played to its end. */
	end(): void;
	/** Falls silent at once. */
	stop(): void;
}

/** Opens this machine's loudspeaker for sound of that rate. Throws `missing_part` where no program plays. */
export function openLoudspeaker(rate: number, place: Place): Loudspeaker {
	const { command, args } = findStreamPlayer(rate, place);
	const child = Bun.spawn([command, ...args], {
		env: { ...place.env },
		stdin: "pipe",
		stdout: "ignore",
		stderr: "ignore",
	});
	return {
		write(pcm) {
			if (child.exitCode === null) child.stdin.write(pcm);
		},
		end() {
			// A player that has died has nothing to finish.
			void Promise.resolve(child.stdin.end()).catch(() => {});
		},
		stop: () => child.kill(),
	};
}

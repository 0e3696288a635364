import type { Principal } from "../../../../core/contract/index.ts";
import type { SoundSource } from "../../../../core/sound/index.ts";

/** A place where somebody can be heard and spoken to. */
export interface Place {
	sound: SoundSource;
	/** Plays a piece of the assistant's voice. */
	spoken(piece: { turn: string; sampleRate: number; pcm: Uint8Array; last: boolean }): void;
	hushed(): void;
	close(): void;
}

export interface StartOptions {
	/** `microphone` is this machine's; others are satellites of the settings. */
	source: string;
	mode: "push-to-talk" | "hands-free";
	user: Principal;
	session: string;
}

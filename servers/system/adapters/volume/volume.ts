import { AiosError } from "../../../../core/contract/index.ts";
import type { Run } from "../run.ts";

export interface VolumeState {
	/** Percent, 0 to 100. */
	level: number;
	muted: boolean;
}

/** The loudness of the machine's default output. */
export interface Volume {
	get(): Promise<VolumeState>;
	setLevel(percent: number): Promise<void>;
	setMuted(muted: boolean): Promise<void>;
	/** The program or interface it acts through, or undefined where there is none. */
	backend(): Promise<string | undefined>;
}

export interface VolumeDeps {
	platform: NodeJS.Platform;
	run: Run;
	/** True where a program of that name is on the path. */
	has(program: string): boolean;
}

/** The error for a machine without a sound output. */
export function noSound(detail: string): AiosError {
	return new AiosError("missing_part", `This machine's sound volume can't be reached: ${detail}`, {
		spoken: "I can't reach this machine's volume.",
		fix: "Start the sound service (PipeWire or PulseAudio), or install alsa-utils.",
	});
}

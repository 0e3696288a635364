import { mustRun, type Run } from "../run.ts";
import { noSound, type Volume, type VolumeDeps, type VolumeState } from "./volume.ts";

interface Backend {
	name: string;
	get(run: Run): Promise<VolumeState | undefined>;
	level(percent: number): string[];
	mute(muted: boolean): string[];
}

const backends: readonly Backend[] = [
	{
		name: "wpctl",
		async get(run) {
			const { code, stdout } = await run(["wpctl", "get-volume", "@DEFAULT_AUDIO_SINK@"]);
			const match = /Volume:\s+([\d.]+)/.exec(stdout);
			if (code !== 0 || match === null) return undefined;
			return { level: Math.round(Number(match[1]) * 100), muted: stdout.includes("[MUTED]") };
		},
		level: (percent) => ["wpctl", "set-volume", "@DEFAULT_AUDIO_SINK@", `${percent}%`],
		mute: (muted) => ["wpctl", "set-mute", "@DEFAULT_AUDIO_SINK@", muted ? "1" : "0"],
	},
	{
		name: "pactl",
		async get(run) {
			const volume = await run(["pactl", "get-sink-volume", "@DEFAULT_SINK@"]);
			const mute = await run(["pactl", "get-sink-mute", "@DEFAULT_SINK@"]);
			const match = /(\d+)%/.exec(volume.stdout);
			if (volume.code !== 0 || match === null) return undefined;
			return { level: Number(match[1]), muted: /:\s*yes/.test(mute.stdout) };
		},
		level: (percent) => ["pactl", "set-sink-volume", "@DEFAULT_SINK@", `${percent}%`],
		mute: (muted) => ["pactl", "set-sink-mute", "@DEFAULT_SINK@", muted ? "1" : "0"],
	},
	{
		name: "amixer",
		async get(run) {
			const { code, stdout } = await run(["amixer", "-M", "sget", "Master"]);
			const match = /\[(\d+)%\]/.exec(stdout);
			if (code !== 0 || match === null) return undefined;
			return { level: Number(match[1]), muted: stdout.includes("[off]") };
		},
		level: (percent) => ["amixer", "-q", "-M", "sset", "Master", `${percent}%`],
		mute: (muted) => ["amixer", "-q", "sset", "Master", muted ? "mute" : "unmute"],
	},
];

/** PipeWire, PulseAudio or ALSA: the first whose program is there and answers, looked for anew until one does. */
export function linuxVolume({ run, has }: VolumeDeps): Volume {
	let found: Backend | undefined;
	const find = async (): Promise<{ backend: Backend; state: VolumeState }> => {
		const tried: string[] = [];
		for (const backend of found === undefined ? backends : [found, ...backends]) {
			if (!has(backend.name)) continue;
			tried.push(backend.name);
			const state = await backend.get(run);
			if (state !== undefined) {
				found = backend;
				return { backend, state };
			}
		}
		throw noSound(
			tried.length === 0
				? "none of wpctl, pactl and amixer is installed."
				: `${tried.join(" and ")} found no sound output.`,
		);
	};
	return {
		get: async () => (await find()).state,
		async setLevel(percent) {
			await mustRun(run, (await find()).backend.level(percent));
		},
		async setMuted(muted) {
			await mustRun(run, (await find()).backend.mute(muted));
		},
		backend: () =>
			find().then(
				({ backend }) => backend.name,
				() => undefined,
			),
	};
}
